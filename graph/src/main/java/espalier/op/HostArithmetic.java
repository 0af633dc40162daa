package espalier.op;

import espalier.graph.DType;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/** Element-wise arithmetic, comparison and logic with broadcasting. Integer division truncates. */
final class HostArithmetic implements HostTable {
    @Override
    public @Nullable HostFunction function(String op) {
        return switch (op) {
            case "Add" -> s -> fold(s, Long::sum, Double::sum);
            case "Sum" -> s -> fold(s, Long::sum, Double::sum);
            case "Sub" -> s -> fold(s, (a, b) -> a - b, (a, b) -> a - b);
            case "Mul" -> s -> fold(s, (a, b) -> a * b, (a, b) -> a * b);
            case "Div" -> s -> fold(s, (a, b) -> a / b, (a, b) -> a / b);
            case "Min" -> s -> fold(s, Math::min, Math::min);
            case "Max" -> s -> fold(s, Math::max, Math::max);
            case "Mod" -> HostArithmetic::mod;
            case "Pow" -> HostArithmetic::pow;
            case "And" -> s -> fold(s, (a, b) -> a & b, (a, b) -> 0);
            case "Or" -> s -> fold(s, (a, b) -> a | b, (a, b) -> 0);
            case "Xor" -> s -> fold(s, (a, b) -> a ^ b, (a, b) -> 0);
            case "Equal" -> s -> compare(s, c -> c == 0);
            case "Greater" -> s -> compare(s, c -> c > 0);
            case "GreaterOrEqual" -> s -> compare(s, c -> c >= 0);
            case "Less" -> s -> compare(s, c -> c < 0);
            case "LessOrEqual" -> s -> compare(s, c -> c <= 0);
            case "Not" -> s -> map(s, a -> 1 - a, a -> a);
            case "Neg" -> s -> map(s, a -> -a, a -> -a);
            case "Abs" -> s -> map(s, Math::abs, Math::abs);
            case "Sign" -> s -> map(s, Long::signum, Math::signum);
            case "Floor" -> s -> map(s, a -> a, Math::floor);
            case "Ceil" -> s -> map(s, a -> a, Math::ceil);
            case "Round" -> s -> map(s, a -> a, Math::rint);
            case "Sqrt" -> s -> map(s, a -> a, Math::sqrt);
            case "Reciprocal" -> s -> map(s, a -> a, a -> 1 / a);
            case "Cast" -> s -> List.of(cast(s.constant(0), s.dtypeAttr("to").orElseThrow()));
            case "CastLike" -> s -> List.of(cast(s.constant(0), s.dtype(1)));
            default -> null;
        };
    }

    private static List<Tensor> map(Site s, LongUnaryOperator whole, DoubleUnaryOperator real) {
        Tensor x = s.constant(0);
        if (x.dtype().isFloating()) {
            double[] v = Numbers.doubles(x);
            java.util.Arrays.setAll(v, i -> real.applyAsDouble(v[i]));
            return List.of(Numbers.tensor(x.dtype(), x.shape(), v));
        }
        long[] v = Numbers.longs(x);
        java.util.Arrays.setAll(v, i -> whole.applyAsLong(v[i]));
        return List.of(Numbers.tensor(x.dtype(), x.shape(), v));
    }

    private static List<Tensor> fold(Site s, LongBinaryOperator whole, DoubleBinaryOperator real) {
        Tensor all = s.constant(0);
        for (int i = 1; i < s.inputs(); i++) {
            all = binary(all, s.constant(i), whole, real);
        }
        return List.of(all);
    }

    private static Tensor binary(Tensor a, Tensor b, LongBinaryOperator whole, DoubleBinaryOperator real) {
        Shape out = Shape.broadcast(a.shape(), b.shape());
        long[] sa = Picking.broadcast(a.shape(), out);
        long[] sb = Picking.broadcast(b.shape(), out);
        int n = Math.toIntExact(out.elements());
        if (a.dtype().isFloating()) {
            double[] x = Numbers.doubles(a);
            double[] y = Numbers.doubles(b);
            double[] z = new double[n];
            for (int i = 0; i < n; i++) {
                z[i] = real.applyAsDouble(x[Picking.source(i, out, sa)], y[Picking.source(i, out, sb)]);
            }
            return Numbers.tensor(a.dtype(), out, z);
        }
        long[] x = Numbers.longs(a);
        long[] y = Numbers.longs(b);
        long[] z = new long[n];
        for (int i = 0; i < n; i++) {
            z[i] = whole.applyAsLong(x[Picking.source(i, out, sa)], y[Picking.source(i, out, sb)]);
        }
        return Numbers.tensor(a.dtype(), out, z);
    }

    /** The result has the divisor's sign, with {@code fmod} the dividend's. */
    private static List<Tensor> mod(Site s) {
        boolean c = s.node().intAttr("fmod", 0) != 0;
        return fold(s, c ? (a, b) -> a % b : Math::floorMod, c ? (a, b) -> a % b : (a, b) -> a - Math.floor(a / b) * b);
    }

    private static List<Tensor> pow(Site s) {
        Tensor base = s.constant(0);
        Tensor exponent = s.constant(1);
        if (exponent.dtype().isFloating() && !base.dtype().isFloating()) {
            Tensor real = binary(cast(base, DType.DOUBLE), exponent, (a, b) -> 0, Math::pow);
            return List.of(cast(real, base.dtype()));
        }
        return List.of(binary(base, exponent, HostArithmetic::power, Math::pow));
    }

    private static long power(long base, long exponent) {
        if (exponent < 0) {
            return (long) Math.pow(base, exponent);
        }
        long result = 1;
        for (long b = base, e = exponent; e > 0; e >>= 1, b *= b) {
            result *= (e & 1) == 1 ? b : 1;
        }
        return result;
    }

    private interface Order {
        boolean holds(int comparison);
    }

    private static List<Tensor> compare(Site s, Order order) {
        Tensor a = s.constant(0);
        Tensor b = s.constant(1);
        Tensor signs = a.dtype().isFloating()
                ? binary(a, b, (x, y) -> 0, HostArithmetic::sign)
                : binary(cast(a, DType.INT64), cast(b, DType.INT64), Long::compare, (x, y) -> 0);
        double[] c = Numbers.doubles(signs);
        long[] out = new long[c.length];
        java.util.Arrays.setAll(out, i -> !Double.isNaN(c[i]) && order.holds((int) c[i]) ? 1 : 0);
        return List.of(Numbers.tensor(DType.BOOL, signs.shape(), out));
    }

    private static double sign(double x, double y) {
        return x == y ? 0 : x < y ? -1 : x > y ? 1 : Double.NaN;
    }

    static Tensor cast(Tensor x, DType to) {
        DType from = x.dtype();
        if (from == to) {
            return x;
        }
        if (to.isFloating()) {
            return Numbers.tensor(to, x.shape(), Numbers.doubles(x));
        }
        if (to == DType.BOOL && from.isFloating()) {
            double[] v = Numbers.doubles(x);
            long[] truth = new long[v.length];
            java.util.Arrays.setAll(truth, i -> v[i] != 0 ? 1 : 0);
            return Numbers.tensor(to, x.shape(), truth);
        }
        if (to.isInteger() || to == DType.BOOL) {
            return Numbers.tensor(to, x.shape(), Numbers.longs(x));
        }
        throw NotKnown.SIGNAL;
    }
}
