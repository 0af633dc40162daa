package espalier.graph;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * A tensor on the host: element type, shape and row-major little-endian bytes that are never written again. Weights read from a
 * file are slices of the file's bytes, so holding them costs nothing. Strings are held as a list, each in raw UTF-8 bytes as the
 * file has them.
 */
public final class Tensor {
    private final DType dtype;
    private final Shape shape;
    private final ByteBuffer data;
    private final List<byte[]> strings;

    private Tensor(DType dtype, Shape shape, ByteBuffer data, List<byte[]> strings) {
        this.dtype = dtype;
        this.shape = shape;
        this.data = data;
        this.strings = strings;
    }

    /**
     * A tensor over the remaining bytes of {@code data}, which are not copied and must not change.
     *
     * @throws BadInputException when their number is not that of the shape and type
     */
    public static Tensor of(DType dtype, Shape shape, ByteBuffer data) {
        long expected = dtype.bytes(shape.elements());
        if (dtype == DType.STRING || data.remaining() != expected) {
            throw BadInputException.of(
                    "%s%s needs %d bytes, but %d were given", dtype.text(), shape, expected, data.remaining());
        }
        return new Tensor(dtype, shape, data.slice().asReadOnlyBuffer(), List.of());
    }

    public static Tensor ofStrings(Shape shape, List<byte[]> strings) {
        if (strings.size() != shape.elements()) {
            throw BadInputException.of(
                    "string%s needs %d strings, but %d were given", shape, shape.elements(), strings.size());
        }
        return new Tensor(DType.STRING, shape, ByteBuffer.allocate(0), List.copyOf(strings));
    }

    public static Tensor floats(Shape shape, float... values) {
        ByteBuffer b = allocate(DType.FLOAT, shape);
        b.asFloatBuffer().put(values);
        return of(DType.FLOAT, shape, b);
    }

    public static Tensor doubles(Shape shape, double... values) {
        ByteBuffer b = allocate(DType.DOUBLE, shape);
        b.asDoubleBuffer().put(values);
        return of(DType.DOUBLE, shape, b);
    }

    public static Tensor longs(Shape shape, long... values) {
        ByteBuffer b = allocate(DType.INT64, shape);
        b.asLongBuffer().put(values);
        return of(DType.INT64, shape, b);
    }

    /** A vector of 64-bit integers. */
    public static Tensor longs(long... values) {
        return longs(Shape.of(values.length), values);
    }

    public static Tensor scalar(float value) {
        return floats(Shape.SCALAR, value);
    }

    public static Tensor scalar(long value) {
        return longs(Shape.SCALAR, value);
    }

    public static Tensor zeros(DType dtype, Shape shape) {
        return of(dtype, shape, allocate(dtype, shape));
    }

    /** Fresh little-endian bytes for a tensor that is being made; pass them to {@link #of} when filled. */
    public static ByteBuffer allocate(DType dtype, Shape shape) {
        return ByteBuffer.allocate(Math.toIntExact(dtype.bytes(shape.elements())))
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    public DType dtype() {
        return dtype;
    }

    public Shape shape() {
        return shape;
    }

    public long elements() {
        return shape.elements();
    }

    /** Bytes of the dense data; for strings the sum of their lengths. */
    public long bytes() {
        return dtype == DType.STRING ? strings.stream().mapToLong(s -> s.length).sum() : data.capacity();
    }

    /** The elements: row-major, little-endian, read-only; every call gives an independent view. */
    public ByteBuffer data() {
        return data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    public List<byte[]> strings() {
        return strings;
    }

    /** The same elements under another shape of the same size. */
    public Tensor reshape(Shape to) {
        if (to.elements() != shape.elements()) {
            throw BadInputException.of("cannot reshape %s to %s", shape, to);
        }
        return new Tensor(dtype, to, data, strings);
    }

    /** Element {@code i} in row-major order as a double; integers of 64 bits may lose their lowest bits. */
    public double doubleAt(int i) {
        ByteBuffer d = data();
        return switch (dtype) {
            case FLOAT -> d.getFloat(4 * i);
            case DOUBLE -> d.getDouble(8 * i);
            case FLOAT16 -> Half.toFloat(d.getShort(2 * i));
            case BFLOAT16 -> Float.intBitsToFloat(d.getShort(2 * i) << 16);
            default -> longAt(i);
        };
    }

    /** Element {@code i} in row-major order as a 64-bit integer; a float is truncated towards zero. */
    public long longAt(int i) {
        ByteBuffer d = data();
        return switch (dtype) {
            case INT64, UINT64 -> d.getLong(8 * i);
            case INT32 -> d.getInt(4 * i);
            case UINT32 -> Integer.toUnsignedLong(d.getInt(4 * i));
            case INT16 -> d.getShort(2 * i);
            case UINT16 -> Short.toUnsignedLong(d.getShort(2 * i));
            case INT8 -> d.get(i);
            case UINT8, BOOL -> Byte.toUnsignedLong(d.get(i));
            case UINT4 -> d.get(i / 2) >> (4 * (i % 2)) & 15;
            case INT4 -> (byte) (d.get(i / 2) >> (4 * (i % 2)) << 4) >> 4;
            case FLOAT, DOUBLE, FLOAT16, BFLOAT16 -> (long) doubleAt(i);
            default -> throw BadInputException.of("elements of type %s cannot be read as numbers", dtype.text());
        };
    }

    /** All elements as 32-bit floats. */
    public float[] toFloats() {
        float[] out = new float[Math.toIntExact(elements())];
        if (dtype == DType.FLOAT) {
            data().asFloatBuffer().get(out);
        } else {
            for (int i = 0; i < out.length; i++) {
                out[i] = (float) doubleAt(i);
            }
        }
        return out;
    }

    /** All elements as 64-bit integers. */
    public long[] toLongs() {
        long[] out = new long[Math.toIntExact(elements())];
        for (int i = 0; i < out.length; i++) {
            out[i] = longAt(i);
        }
        return out;
    }

    /** Equal in type, shape and every bit. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Tensor t
                && dtype == t.dtype
                && shape.equals(t.shape)
                && data.equals(t.data)
                && Arrays.deepEquals(strings.toArray(), t.strings.toArray());
    }

    @Override
    public int hashCode() {
        return 31 * dtype.hashCode() + shape.hashCode() + data.hashCode() + Arrays.deepHashCode(strings.toArray());
    }

    /** {@code float[2,3]}, with the elements where they are few. */
    @Override
    public String toString() {
        String head = dtype.text() + shape;
        if (elements() > 8) {
            return head;
        }
        if (dtype == DType.STRING) {
            return head
                    + strings.stream()
                            .map(s -> new String(s, StandardCharsets.UTF_8))
                            .toList();
        }
        return head
                + (dtype.isFloating()
                        ? Arrays.toString(toFloats())
                        : dtype.bits() >= 4 ? Arrays.toString(toLongs()) : "");
    }
}
