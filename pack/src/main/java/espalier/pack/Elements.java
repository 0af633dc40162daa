package espalier.pack;

import espalier.graph.DType;
import espalier.graph.Half;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import java.nio.ByteBuffer;

/**
 * The elements of a tensor as bit patterns, row-major.
 *
 * @param width bytes of an element: 1, 2 or 4
 * @param rows size of the first axis, 1 where there is none
 * @param patterns an element's bytes as a little-endian number
 */
record Elements(int width, int rows, int[] patterns) {
    private static final int WIDEST = 4;

    static boolean fit(Tensor t) {
        return fit(t.dtype(), t.elements());
    }

    static boolean fit(DType dtype, long elements) {
        int bits = dtype.bits();
        return (bits == 8 || bits == 16 || bits == 32) && elements > 0;
    }

    static Elements of(Tensor t) {
        int width = t.dtype().bits() / 8;
        int[] patterns = new int[Math.toIntExact(t.elements())];
        ByteBuffer data = t.data();
        if (width == WIDEST) {
            data.asIntBuffer().get(patterns);
        } else {
            for (int i = 0; i < patterns.length; i++) {
                patterns[i] = width == 1 ? data.get(i) & 0xff : data.getShort(2 * i) & 0xffff;
            }
        }
        return new Elements(width, rows(t.shape()), patterns);
    }

    static int rows(Shape shape) {
        return shape.rank() == 0 ? 1 : Math.toIntExact(shape.dim(0));
    }

    void to(ByteBuffer out) {
        if (width == WIDEST) {
            out.asIntBuffer().put(patterns);
        } else {
            for (int i = 0; i < patterns.length; i++) {
                if (width == 1) {
                    out.put(i, (byte) patterns[i]);
                } else {
                    out.putShort(2 * i, (short) patterns[i]);
                }
            }
        }
    }

    /** Where an element lies when the tensor is walked column by column. */
    int[] transposed() {
        int columns = patterns.length / rows;
        int[] place = new int[patterns.length];
        int n = 0;
        for (int c = 0; c < columns; c++) {
            for (int r = 0; r < rows; r++) {
                place[n++] = r * columns + c;
            }
        }
        return place;
    }

    /** Whether 32-bit floats with these bits are all half floats too. */
    static boolean areHalves(int[] values) {
        for (int v : values) {
            float f = Float.intBitsToFloat(v);
            if (Float.floatToRawIntBits(Half.toFloat(Half.fromFloat(f))) != v) {
                return false;
            }
        }
        return true;
    }
}
