package espalier.op;

import espalier.graph.Node;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The shape rules of all operators that have one. */
final class ShapeRules {
    private static final Map<String, ShapeRule> RULES = new HashMap<>();

    static {
        ElementwiseShapes.addTo(RULES);
        NormalizationShapes.addTo(RULES);
        ConvolutionShapes.addTo(RULES);
        PoolShapes.addTo(RULES);
        MatrixShapes.addTo(RULES);
        ReshapeShapes.addTo(RULES);
        ResizeShapes.addTo(RULES);
        SelectionShapes.addTo(RULES);
        ReduceShapes.addTo(RULES);
        CreationShapes.addTo(RULES);
        RecurrentShapes.addTo(RULES);
        QuantizationShapes.addTo(RULES);
    }

    private ShapeRules() {}

    static Optional<ShapeRule> of(Node node) {
        return node.isStandard() ? Optional.ofNullable(RULES.get(node.opType())) : Optional.empty();
    }
}
