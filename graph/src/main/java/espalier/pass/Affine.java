package espalier.pass;

import espalier.graph.DType;
import espalier.graph.Graph;
import espalier.graph.Node;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/**
 * What a batch normalization does while inferring: y = scale x + shift, per channel.
 *
 * @param scale gamma / sqrt(variance + epsilon)
 * @param shift beta - scale mean
 */
record Affine(double[] scale, double[] shift) {
    private static final double EPSILON = 1e-5f;

    /** Of a node whose parameters are constants and that has no further outputs, with which it trains before opset 14. */
    static Optional<Affine> of(Node n, Graph graph) {
        boolean infers = n.is("BatchNormalization")
                && n.intAttr("training_mode", 0) == 0
                && n.intAttr("spatial", 1) == 1
                && n.outputs().stream().skip(1).allMatch(String::isEmpty);
        if (!infers) {
            return Optional.empty();
        }
        double[][] p = new double[4][];
        for (int i = 0; i < p.length; i++) {
            Optional<Tensor> t = graph.constant(n.input(i + 1))
                    .filter(c -> c.dtype().isFloating() && c.shape().rank() == 1);
            if (t.isEmpty() || isReplaceable(n.input(i + 1), graph)) {
                return Optional.empty();
            }
            p[i] = doubles(t.get());
            if (p[i].length != p[0].length) {
                return Optional.empty();
            }
        }
        return of(p, epsilon(n));
    }

    static double epsilon(Node norm) {
        return norm.has("epsilon") ? norm.realAttr("epsilon", 0) : EPSILON;
    }

    private static Optional<Affine> of(double[][] p, double epsilon) {
        int n = p[0].length;
        double[] scale = new double[n];
        double[] shift = new double[n];
        for (int c = 0; c < n; c++) {
            scale[c] = p[0][c] / Math.sqrt(p[3][c] + epsilon);
            shift[c] = p[1][c] - scale[c] * p[2][c];
            if (!Double.isFinite(scale[c]) || !Double.isFinite(shift[c])) {
                return Optional.empty();
            }
        }
        return Optional.of(new Affine(scale, shift));
    }

    /** Whether a caller may give something else instead, as before IR version 4. */
    static boolean isReplaceable(String initializer, Graph graph) {
        return graph.inputs().stream().anyMatch(i -> i.name().equals(initializer));
    }

    int channels() {
        return scale.length;
    }

    /** A weight times the scale of the channel that each of its elements belongs to. */
    Tensor scaled(Tensor weight, IntUnaryOperator channel) {
        double[] out = doubles(weight);
        for (int i = 0; i < out.length; i++) {
            out[i] *= scale[channel.applyAsInt(i)];
        }
        return tensor(weight.dtype(), weight.shape(), out);
    }

    /** A bias for each channel: beta * bias * scale + shift, where {@code bias} has one element or one for each. */
    Tensor shifted(DType dtype, double[] bias, double beta) {
        double[] out = new double[channels()];
        Arrays.setAll(out, c -> beta * bias[bias.length == 1 ? 0 : c] * scale[c] + shift[c]);
        return tensor(dtype, Shape.of(out.length), out);
    }

    static double[] doubles(Tensor t) {
        double[] out = new double[Math.toIntExact(t.elements())];
        Arrays.setAll(out, t::doubleAt);
        return out;
    }

    private static Tensor tensor(DType dtype, Shape shape, double[] values) {
        ByteBuffer b = Tensor.allocate(dtype, shape);
        for (double v : values) {
            if (dtype == DType.DOUBLE) {
                b.putDouble(v);
            } else {
                b.putFloat((float) v);
            }
        }
        return Tensor.of(dtype, shape, b.flip());
    }
}
