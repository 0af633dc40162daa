package espalier.op;

import espalier.graph.Node;
import java.util.List;
import java.util.Optional;

/** The shape rules of all operators that have one. */
final class ShapeRules {
    private static final List<ShapeTable> TOPICS = List.of(
            new ElementwiseShapes(),
            new ConvolutionShapes(),
            new NormalizationShapes(),
            new PoolShapes(),
            new ReshapeShapes(),
            new SelectionShapes(),
            new MatrixShapes(),
            new ReduceShapes(),
            new CreationShapes(),
            new ResizeShapes(),
            new QuantizationShapes(),
            new RecurrentShapes());

    private ShapeRules() {}

    static Optional<ShapeRule> of(Node node) {
        if (node.isStandard()) {
            for (ShapeTable topic : TOPICS) {
                ShapeRule rule = topic.rule(node.opType());
                if (rule != null) {
                    return Optional.of(rule);
                }
            }
        }
        return Optional.empty();
    }
}
