package espalier.op;

import espalier.graph.Node;
import java.util.List;
import java.util.Map;
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

    /** Operators of other domains that have the rule of a standard one. */
    private static final Map<String, String> LIKE = Map.of(
            "com.microsoft.QuantizeLinear", "QuantizeLinear",
            "com.microsoft.DequantizeLinear", "DequantizeLinear",
            "espalier.FakeQuantize", "Identity",
            "espalier.BinaryActivation", "Identity");

    private ShapeRules() {}

    static Optional<ShapeRule> of(Node node) {
        String op = node.isStandard() ? node.opType() : LIKE.getOrDefault(node.qualifiedType(), "");
        if (!op.isEmpty()) {
            for (ShapeTable topic : TOPICS) {
                ShapeRule rule = topic.rule(op);
                if (rule != null) {
                    return Optional.of(rule);
                }
            }
        }
        return Optional.empty();
    }
}
