package espalier.op;

import espalier.graph.DType;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;
import org.jspecify.annotations.Nullable;

/** Reductions and running sums. */
final class HostReduce implements HostTable {
    @Override
    public @Nullable HostFunction function(String op) {
        return switch (op) {
            case "ReduceSum" -> s -> reduce(s, Long::sum, Double::sum, 0);
            case "ReduceProd" -> s -> reduce(s, (a, b) -> a * b, (a, b) -> a * b, 1);
            case "ReduceMax" -> s -> reduce(s, Math::max, Math::max, Double.NEGATIVE_INFINITY);
            case "ReduceMin" -> s -> reduce(s, Math::min, Math::min, Double.POSITIVE_INFINITY);
            case "CumSum" -> HostReduce::cumulative;
            case "ArgMax" -> s -> position(s, 1);
            case "ArgMin" -> s -> position(s, -1);
            default -> null;
        };
    }

    private static Shape out(Site s) {
        return s.known(s.node().output(0)).orElseThrow(() -> NotKnown.SIGNAL).shape();
    }

    /** @param start of floats; that of integers is the same, clipped to their range */
    private static List<Tensor> reduce(Site s, LongBinaryOperator whole, DoubleBinaryOperator real, double start) {
        Tensor x = s.constant(0);
        Shape out = out(s);
        boolean[] gone = ReduceShapes.axes(s);
        int n = Math.toIntExact(out.elements());
        if (x.dtype().isFloating()) {
            double[] v = Numbers.doubles(x);
            double[] sum = new double[n];
            Arrays.fill(sum, start);
            for (int i = 0; i < v.length; i++) {
                int at = target(i, x.shape(), gone);
                sum[at] = real.applyAsDouble(sum[at], v[i]);
            }
            return List.of(Numbers.tensor(x.dtype(), out, sum));
        }
        long[] v = Numbers.longs(x);
        long[] sum = new long[n];
        Arrays.fill(sum, (long) start);
        for (int i = 0; i < v.length; i++) {
            int at = target(i, x.shape(), gone);
            sum[at] = whole.applyAsLong(sum[at], v[i]);
        }
        return List.of(Numbers.tensor(x.dtype(), out, sum));
    }

    /** Where element {@code i} goes when some axes are dropped. */
    private static int target(int i, Shape x, boolean[] gone) {
        long at = 0;
        long step = 1;
        long rest = i;
        for (int a = x.rank() - 1; a >= 0; a--) {
            if (!gone[a]) {
                at += rest % x.dim(a) * step;
                step *= x.dim(a);
            }
            rest /= x.dim(a);
        }
        return (int) at;
    }

    private static List<Tensor> cumulative(Site s) {
        Tensor x = s.constant(0);
        int axis = s.axis(s.longs(1)[0], x.shape().rank());
        boolean exclusive = s.node().intAttr("exclusive", 0) != 0;
        boolean reverse = s.node().intAttr("reverse", 0) != 0;
        int inner = (int) x.shape().strides()[axis];
        int size = (int) x.shape().dim(axis);
        double[] real = x.dtype().isFloating() ? Numbers.doubles(x) : new double[0];
        long[] whole = x.dtype().isFloating() ? new long[0] : Numbers.longs(x);
        for (int row = 0; row < x.elements() / Math.max(1, size); row++) {
            int first = row / inner * inner * size + row % inner;
            double realSum = 0;
            long sum = 0;
            for (int k = 0; k < size; k++) {
                int at = first + (reverse ? size - 1 - k : k) * inner;
                if (x.dtype().isFloating()) {
                    double before = realSum;
                    realSum += real[at];
                    real[at] = exclusive ? before : realSum;
                } else {
                    long before = sum;
                    sum += whole[at];
                    whole[at] = exclusive ? before : sum;
                }
            }
        }
        return List.of(
                x.dtype().isFloating()
                        ? Numbers.tensor(x.dtype(), x.shape(), real)
                        : Numbers.tensor(x.dtype(), x.shape(), whole));
    }

    /** The first of equal extremes, or the last with {@code select_last_index}. */
    private static List<Tensor> position(Site s, int sign) {
        Tensor x = s.constant(0);
        double[] v = Numbers.doubles(x);
        int axis = s.axisAttr(0, x.shape().rank());
        boolean last = s.node().intAttr("select_last_index", 0) != 0;
        int inner = (int) x.shape().strides()[axis];
        int size = (int) x.shape().dim(axis);
        long[] best = new long[Math.toIntExact(out(s).elements())];
        for (int row = 0; row < best.length; row++) {
            int first = row / inner * inner * size + row % inner;
            for (int k = 1; k < size; k++) {
                double gain = sign * (v[first + k * inner] - v[first + (int) best[row] * inner]);
                best[row] = gain > 0 || (last && gain == 0) ? k : best[row];
            }
        }
        return List.of(Numbers.tensor(DType.INT64, out(s), best));
    }
}
