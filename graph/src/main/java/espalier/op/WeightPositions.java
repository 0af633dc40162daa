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
    private static final Set<String> HANDS_ON = Set.of(
            "Identity",
            "Transpose",
            "Reshape",
            "Squeeze",
            "Unsqueeze",
            "Flatten",
            "Expand",
            "Cast",
            "DequantizeLinear",
            "com.microsoft.DequantizeLinear");

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
        graph.nodes().forEach(w::see);
        return w.firstUser;
    }

    /** Real numbers, what they are quantized to, and 32-bit biases of quantized convolutions. */
    private static boolean isWeightType(DType d) {
        boolean small = d.bits() > 0 && d.bits() <= 8 && d != DType.BOOL;
        return d.isFloating() || small || d == DType.INT32;
    }

    private void see(Node n) {
        for (int i : WeightInputs.of(n)) {
            learn(n, i);
        }
        if (WeightInputs.adjusts(n) && n.inputs().stream().anyMatch(learned::contains)) {
            n.inputs().forEach(input -> adjust(n, input));
        }
        Source first = sources.get(n.input(0));
        if (first != null && HANDS_ON.contains(n.qualifiedType())) {
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
        if (s != null && s.tensor.dtype().isFloating() && s.tensor.elements() > 1 && !WeightInputs.isMask(s.tensor)) {
            firstUser.putIfAbsent(s.name, node);
        }
    }
}
