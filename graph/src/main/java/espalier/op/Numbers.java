package espalier.op;

import espalier.graph.DType;
import espalier.graph.Half;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import java.nio.ByteBuffer;

/** Elements of host tensors as Java numbers, and back. Floats of every width are computed in double and rounded once. */
final class Numbers {
    private Numbers() {}

    static long[] longs(Tensor t) {
        long[] out = new long[Math.toIntExact(t.elements())];
        if (t.dtype() == DType.INT64) {
            t.data().asLongBuffer().get(out);
            return out;
        }
        for (int i = 0; i < out.length; i++) {
            out[i] = t.longAt(i);
        }
        return out;
    }

    static double[] doubles(Tensor t) {
        double[] out = new double[Math.toIntExact(t.elements())];
        for (int i = 0; i < out.length; i++) {
            out[i] = t.doubleAt(i);
        }
        return out;
    }

    /** Integers wrapped to the width of {@code dtype}; for a boolean, whether they differ from zero. */
    static Tensor tensor(DType dtype, Shape shape, long[] values) {
        ByteBuffer b = Tensor.allocate(dtype, shape);
        for (long v : values) {
            switch (dtype.bits()) {
                case 8 -> b.put((byte) (dtype == DType.BOOL ? (v == 0 ? 0 : 1) : v));
                case 16 -> b.putShort((short) v);
                case 32 -> b.putInt((int) v);
                default -> b.putLong(v);
            }
        }
        return Tensor.of(dtype, shape, b.flip());
    }

    static Tensor tensor(DType dtype, Shape shape, double[] values) {
        ByteBuffer b = Tensor.allocate(dtype, shape);
        for (double v : values) {
            switch (dtype) {
                case DOUBLE -> b.putDouble(v);
                case FLOAT16 -> b.putShort(Half.fromFloat((float) v));
                case BFLOAT16 -> b.putShort(bfloat((float) v));
                default -> b.putFloat((float) v);
            }
        }
        return Tensor.of(dtype, shape, b.flip());
    }

    private static short bfloat(float v) {
        int bits = Float.floatToRawIntBits(v);
        if (Float.isNaN(v)) {
            return (short) (bits >>> 16 | 0x40);
        }
        return (short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
    }
}
