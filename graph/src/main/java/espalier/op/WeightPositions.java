package espalier.op;

import espalier.graph.DType;
import espalier.graph.Graph;
import espalier.graph.Node;
import espalier.graph.Tensor;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which constants of a graph count as parameters: those at a weight position, looking through operators that only move or convert
 * elements, and those that adjust a value behind the first weight (biases, scales, position embeddings). Running statistics, masks
 * and scalars do not count.
 */
final class WeightPositions {
    private static final double MASK = -1e4;
    private static final int MASKS_LOOKED_AT = 4096;
    private static final Map<String, int[]> WEIGHTS = Map.ofEntries(
            Map.entry("Conv", new int[] {1, 2}),
            Map.entry("ConvTranspose", new int[] {1, 2}),
            Map.entry("ConvInteger", new int[] {1}),
            Map.entry("DeformConv", new int[] {1, 3}),
            Map.entry("QLinearConv", new int[] {3, 8}),
            Map.entry("Gemm", new int[] {0, 1, 2}),
            Map.entry("MatMul", new int[] {0, 1}),
            Map.entry("MatMulInteger", new int[] {0, 1}),
            Map.entry("QLinearMatMul", new int[] {0, 3}),
            Map.entry("Einsum", new int[] {0, 1, 2, 3}),
            Map.entry("BatchNormalization", new int[] {1, 2}),
            Map.entry("InstanceNormalization", new int[] {1, 2}),
            Map.entry("LayerNormalization", new int[] {1, 2}),
            Map.entry("GroupNormalization", new int[] {1, 2}),
            Map.entry("RMSNormalization", new int[] {1}),
            Map.entry("PRelu", new int[] {1}),
            Map.entry("Gather", new int[] {0}),
            Map.entry("RNN", new int[] {1, 2, 3}),
            Map.entry("GRU", new int[] {1, 2, 3}),
            Map.entry("LSTM", new int[] {1, 2, 3, 7}));
    private static final Set<String> ADJUSTS = Set.of("Add", "Sub", "Mul", "Div", "Concat");
    private static final Set<String> HANDS_ON = Set.of(
            "Identity",
            "Transpose",
            "Reshape",
            "Squeeze",
            "Unsqueeze",
            "Flatten",
            "Expand",
            "Cast",
            "DequantizeLinear");

    private final Map<String, Source> sources = new HashMap<>();
    private final Set<String> learned = new HashSet<>();
    private final Map<String, Node> firstUser = new HashMap<>();

    /** The constant behind a value. */
    private record Source(String name, Tensor tensor) {}

    /** The node that uses each parameter first, by the name of the initializer or of the Constant node's output. */
    static Map<String, Node> of(Graph graph, Map<String, Tensor> constants) {
        WeightPositions w = new WeightPositions();
        constants.forEach((name, t) -> {
            if (isWeightType(t.dtype())) {
                w.sources.put(name, new Source(name, t));
            }
        });
        graph.nodes().stream().filter(Node::isStandard).forEach(w::see);
        return w.firstUser;
    }

    /** Real numbers, what they are quantized to, and 32-bit biases of quantized convolutions. */
    private static boolean isWeightType(DType d) {
        boolean small = d.bits() > 0 && d.bits() <= 8 && d != DType.BOOL;
        return d.isFloating() || small || d == DType.INT32;
    }

    private void see(Node n) {
        for (int i : WEIGHTS.getOrDefault(n.opType(), new int[0])) {
            learn(n, i);
        }
        if (ADJUSTS.contains(n.opType()) && n.inputs().stream().anyMatch(learned::contains)) {
            n.inputs().forEach(input -> adjust(n, input));
        }
        Source first = sources.get(n.input(0));
        if (first != null && HANDS_ON.contains(n.opType())) {
            sources.put(n.output(0), first);
        } else if (n.inputs().stream().anyMatch(learned::contains) && !n.is("Shape")) {
            learned.addAll(n.outputs());
        }
        learned.remove("");
    }

    private void learn(Node node, int input) {
        Source s = sources.get(node.input(input));
        if (s != null && isReal(node, s.tensor)) {
            firstUser.putIfAbsent(s.name, node);
            learned.addAll(node.outputs());
        }
    }

    /** An integer is a weight where it is multiplied as one, but not as a table of indices. */
    private static boolean isReal(Node node, Tensor t) {
        return t.dtype().isFloating() || !node.is("Gather") || t.dtype().bits() <= 8;
    }

    private void adjust(Node node, String input) {
        Source s = sources.get(input);
        if (s != null && s.tensor.dtype().isFloating() && s.tensor.elements() > 1 && !isMask(s.tensor)) {
            firstUser.putIfAbsent(s.name, node);
        }
    }

    private static boolean isMask(Tensor t) {
        int n = (int) Math.min(t.elements(), MASKS_LOOKED_AT);
        for (int i = 0; i < n; i++) {
            if (!(t.doubleAt(i) > MASK)) {
                return true;
            }
        }
        return false;
    }
}
