package espalier.torch;

import espalier.graph.Node;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What operators take at which input besides learned weights: running statistics, or numbers that shape the result. */
final class Roles {
    private static final Map<String, List<Integer>> STATISTICS = Map.of("BatchNormalization", List.of(3, 4));

    /** Operators that hand a weight on, so that the constant before them is the weight. */
    private static final Set<String> HANDS_ON = Set.of(
            "Identity",
            "Transpose",
            "Reshape",
            "Squeeze",
            "Unsqueeze",
            "Flatten",
            "Expand",
            "Cast",
            "Concat",
            "Slice",
            "Split");

    private static final Map<String, List<Integer>> SHAPING = Map.ofEntries(
            Map.entry("Reshape", List.of(1)),
            Map.entry("Expand", List.of(1)),
            Map.entry("Tile", List.of(1)),
            Map.entry("Slice", List.of(1, 2, 3, 4)),
            Map.entry("Pad", List.of(1, 3)),
            Map.entry("Squeeze", List.of(1)),
            Map.entry("Unsqueeze", List.of(1)),
            Map.entry("Resize", List.of(1, 2, 3)),
            Map.entry("Upsample", List.of(1)),
            Map.entry("Split", List.of(1)),
            Map.entry("ConstantOfShape", List.of(0)),
            Map.entry("Range", List.of(0, 1, 2)),
            Map.entry("TopK", List.of(1)),
            Map.entry("OneHot", List.of(1)),
            Map.entry("CumSum", List.of(1)),
            Map.entry("Trilu", List.of(1)),
            Map.entry("Dropout", List.of(1, 2)),
            Map.entry("MaxUnpool", List.of(2)),
            Map.entry("CenterCropPad", List.of(1)));

    private Roles() {}

    static List<Integer> statistics(Node node) {
        return of(STATISTICS, node);
    }

    /** Inputs whose contents must be known before the node's shapes are. */
    static List<Integer> shaping(Node node) {
        return node.isStandard() && node.opType().startsWith("Reduce") ? List.of(1) : of(SHAPING, node);
    }

    static boolean handsOn(Node node) {
        return node.isStandard() && HANDS_ON.contains(node.opType());
    }

    /** Whether the outputs depend on the shape of the inputs alone. */
    static boolean readsShapeOnly(Node node) {
        return node.is("Shape") || node.is("Size");
    }

    private static List<Integer> of(Map<String, List<Integer>> table, Node node) {
        return node.isStandard() ? table.getOrDefault(node.opType(), List.of()) : List.of();
    }
}
