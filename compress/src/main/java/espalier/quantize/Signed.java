package espalier.quantize;

import espalier.graph.DType;
import espalier.graph.Half;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import java.nio.ByteBuffer;

/**
 * A weight in whole numbers around 0, with a scale for each output channel: w = scale_c q.
 *
 * @param scales one for each index of the axis
 * @param low the least q
 * @param high the largest
 */
record Signed(Tensor weight, int axis, float[] scales, int low, int high) {
    /** So small that nothing that matters is lost, so large that its product with an activation's scale is a normal float. */
    private static final float LEAST = 1e-12f;

    /** The smallest normal number of half precision. */
    private static final float LEAST_HALF = 0x1p-14f;

    /** Biases stay below this, so that sums fit into 32 bits. */
    private static final double MOST_BIAS = 1 << 30;

    /**
     * The largest weight of a channel becomes {@code high}.
     *
     * @param bias of the layer, or empty: its numbers must fit into 32 bits at the scale of the products
     * @param input scale of the layer's input
     */
    static Signed of(Tensor weight, int axis, int high, float[] bias, double input) {
        float[] scales = new float[Math.toIntExact(weight.shape().dim(axis))];
        float[] w = weight.toFloats();
        int inner = inner(weight.shape(), axis);
        for (int i = 0; i < w.length; i++) {
            int c = i / inner % scales.length;
            scales[c] = Math.max(scales[c], Math.abs(w[i]) / high);
        }
        for (int c = 0; c < scales.length; c++) {
            scales[c] = Math.max(scales[c], LEAST);
        }
        return new Signed(weight, axis, scales, -high, high).withRoomFor(bias, input);
    }

    /**
     * The same weight with scales at which the numbers of a bias fit into 32 bits: larger where all weights of a channel are next to
     * nothing.
     *
     * @param bias of the layer, or empty
     * @param input scale of the layer's input
     */
    Signed withRoomFor(float[] bias, double input) {
        float[] roomy = scales.clone();
        for (int c = 0; c < bias.length; c++) {
            roomy[c] = (float) Math.max(roomy[c], Math.abs(bias[c]) / (input * MOST_BIAS));
        }
        return new Signed(weight, axis, roomy, low, high);
    }

    /**
     * The same weight with scales that half precision holds, where none is too small for it. None gets smaller, so that no number
     * leaves its bounds.
     */
    Signed withHalfScales() {
        float[] halves = new float[scales.length];
        for (int c = 0; c < halves.length; c++) {
            if (scales[c] > LEAST && scales[c] < LEAST_HALF || scales[c] > 1) {
                return this;
            }
            short h = Half.fromFloat(Math.max(scales[c], LEAST_HALF));
            halves[c] = Half.toFloat(h) < scales[c] ? Half.toFloat((short) (h + 1)) : Half.toFloat(h);
        }
        return new Signed(weight, axis, halves, low, high);
    }

    static boolean areHalves(float[] values) {
        for (float v : values) {
            if (Half.toFloat(Half.fromFloat(v)) != v) {
                return false;
            }
        }
        return true;
    }

    private static int inner(Shape shape, int axis) {
        long n = 1;
        for (int i = axis + 1; i < shape.rank(); i++) {
            n *= shape.dim(i);
        }
        return Math.toIntExact(n);
    }

    /** The whole numbers. */
    Tensor numbers() {
        float[] w = weight.toFloats();
        int inner = inner(weight.shape(), axis);
        ByteBuffer q = Tensor.allocate(DType.INT8, weight.shape());
        for (int i = 0; i < w.length; i++) {
            float scale = scales[i / inner % scales.length];
            q.put((byte) Math.max(low, Math.min(high, Math.rint(w[i] / scale))));
        }
        return Tensor.of(DType.INT8, weight.shape(), q.flip());
    }

    /** A bias at the scale of the products. */
    static Tensor bias(float[] bias, float[] scales) {
        ByteBuffer q = Tensor.allocate(DType.INT32, Shape.of(bias.length));
        for (int c = 0; c < bias.length; c++) {
            q.putInt((int) Math.rint(bias[c] / (double) scales[c]));
        }
        return Tensor.of(DType.INT32, Shape.of(bias.length), q.flip());
    }
}
