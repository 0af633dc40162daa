package espalier.op;

import espalier.graph.Node;
import espalier.graph.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Where operators take what a network has learned: costs count it, programs train it. */
public final class WeightInputs {
    private static final double MASK = -1e4;

    private static final Map<String, List<Integer>> WEIGHTS = Map.ofEntries(
            Map.entry("Conv", List.of(1, 2)),
            Map.entry("ConvTranspose", List.of(1, 2)),
            Map.entry("ConvInteger", List.of(1)),
            Map.entry("DeformConv", List.of(1, 3)),
            Map.entry("QLinearConv", List.of(3, 8)),
            Map.entry("Gemm", List.of(0, 1, 2)),
            Map.entry("MatMul", List.of(0, 1)),
            Map.entry("MatMulInteger", List.of(0, 1)),
            Map.entry("QLinearMatMul", List.of(0, 3)),
            Map.entry("Einsum", List.of(0, 1, 2, 3)),
            Map.entry("BatchNormalization", List.of(1, 2)),
            Map.entry("InstanceNormalization", List.of(1, 2)),
            Map.entry("LayerNormalization", List.of(1, 2)),
            Map.entry("GroupNormalization", List.of(1, 2)),
            Map.entry("RMSNormalization", List.of(1)),
            Map.entry("PRelu", List.of(1)),
            Map.entry("Gather", List.of(0)),
            Map.entry("RNN", List.of(1, 2, 3)),
            Map.entry("GRU", List.of(1, 2, 3)),
            Map.entry("LSTM", List.of(1, 2, 3, 7)),
            // the step size, where training learns it
            Map.entry("espalier.FakeQuantize", List.of(1)));

    private static final int BIAS_IS_OPTIONAL = 11;

    private static final Set<String> ADJUSTS = Set.of("Add", "Sub", "Mul", "Div", "Concat");

    private WeightInputs() {}

    /** The inputs at which a constant is a weight, from 0. */
    public static List<Integer> of(Node node) {
        return WEIGHTS.getOrDefault(node.qualifiedType(), List.of());
    }

    /** Whether a {@code Gemm} must have a third input, as it must in old operator sets. */
    public static boolean gemmNeedsBias(int opset) {
        return opset < BIAS_IS_OPTIONAL;
    }

    /**
     * Whether constants of the node, where they meet what is learned, are learned too: biases, scales, position embeddings, class
     * tokens.
     */
    public static boolean adjusts(Node node) {
        return node.isStandard() && ADJUSTS.contains(node.opType());
    }

    /** Whether a constant holds what attention adds to, or multiplies with, positions to close them. */
    public static boolean isMask(Tensor t) {
        return elements(t).anyMatch(WeightInputs::isBeyondLearning) || isOpenOrClosed(t);
    }

    private static boolean isBeyondLearning(double v) {
        return !(v > MASK) || Double.isInfinite(v);
    }

    /** A table of zeros and ones, or of zeros and one negative number; a vector of two values may be a bias. */
    private static boolean isOpenOrClosed(Tensor t) {
        if (LongStream.of(t.shape().toArray()).filter(d -> d > 1).count() < 2) {
            return false;
        }
        double[] values = elements(t).distinct().limit(3).sorted().toArray();
        return values.length == 2 && (values[0] == 0 && values[1] == 1 || values[0] <= -1 && values[1] == 0);
    }

    private static DoubleStream elements(Tensor t) {
        return IntStream.range(0, Math.toIntExact(t.elements())).mapToDouble(t::doubleAt);
    }
}
