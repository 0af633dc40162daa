package espalier.torch;

import espalier.graph.BadInputException;
import espalier.graph.DType;
import espalier.graph.Shape;
import java.nio.ByteBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The boundary between host tensors and libtorch's: contents are copied both ways, no pointer into native memory leaves a method.
 * Types without a counterpart in libtorch travel in the next wider signed integer.
 */
public final class Tensors {
    private Tensors() {}

    /** A torch tensor with the contents of a host tensor, contiguous; the caller's scope owns it. */
    public static Tensor of(espalier.graph.Tensor host) {
        espalier.graph.Tensor plain = unpacked(host);
        Tensor t = empty(plain.shape().toArray(), exact(plain.dtype()));
        copyIn(plain.data(), t);
        return t;
    }

    /** As {@link #of(espalier.graph.Tensor)}, converted to {@code type}. */
    public static Tensor of(espalier.graph.Tensor host, ScalarType type) {
        Tensor t = of(host);
        return t.scalar_type().intern() == type ? t : t.to(type);
    }

    /** A tensor whose contents are not yet set. */
    public static Tensor empty(long[] dims, ScalarType type) {
        try (PointerScope scope = new PointerScope()) {
            return handOver(torch.empty(dims, new TensorOptions(type), new MemoryFormatOptional()), scope);
        }
    }

    /** Overwrites a contiguous tensor with as many little-endian bytes as it has. */
    public static void copyIn(ByteBuffer bytes, Tensor to) {
        if (bytes.remaining() != to.nbytes() || !to.is_contiguous()) {
            throw new IllegalArgumentException("the bytes do not fit the tensor");
        }
        if (bytes.hasRemaining()) {
            try (PointerScope scope = new PointerScope()) {
                new BytePointer(to.data_ptr())
                        .capacity(bytes.remaining())
                        .asByteBuffer()
                        .put(bytes);
            }
        }
    }

    /** The contents of a torch tensor in its own type. */
    public static espalier.graph.Tensor toHost(Tensor t) {
        return toHost(t, dtype(t.scalar_type().intern()));
    }

    /** The contents of a torch tensor, converted to {@code dtype}. */
    public static espalier.graph.Tensor toHost(Tensor t, DType dtype) {
        try (PointerScope scope = new PointerScope()) {
            Shape shape = Shape.of(shape(t));
            Tensor plain = t.detach().to(exact(dtype)).contiguous(MemoryFormat.Contiguous);
            if (isWidened(dtype)) {
                return narrowed(bytes(plain, ScalarType.Long), shape, dtype);
            }
            return espalier.graph.Tensor.of(dtype, shape, bytes(plain, exact(dtype)));
        }
    }

    private static ByteBuffer bytes(Tensor contiguous, ScalarType type) {
        Tensor t = contiguous.to(type);
        ByteBuffer out = ByteBuffer.allocate(Math.toIntExact(t.nbytes()));
        if (out.hasRemaining()) {
            out.put(new BytePointer(t.data_ptr()).capacity(out.remaining()).asByteBuffer());
        }
        return out.flip();
    }

    /** The sizes of all axes. */
    public static long[] shape(Tensor t) {
        long[] d = new long[Math.toIntExact(t.dim())];
        for (int i = 0; i < d.length; i++) {
            d[i] = t.size(i);
        }
        return d;
    }

    /** Lets a pointer outlive {@code inner}: the scope around it, if there is one, owns it then. */
    static <P extends Pointer> P handOver(P pointer, PointerScope inner) {
        var scopes = PointerScope.getScopeIterator();
        while (scopes.hasNext()) {
            if (scopes.next() == inner) {
                if (scopes.hasNext()) {
                    scopes.next().attach(pointer);
                } else {
                    pointer.retainReference();
                }
                return pointer;
            }
        }
        throw new IllegalStateException("not a scope of this thread");
    }

    /** The libtorch type that holds elements of {@code dtype}. */
    static ScalarType exact(DType dtype) {
        return switch (dtype) {
            case FLOAT -> ScalarType.Float;
            case DOUBLE -> ScalarType.Double;
            case FLOAT16 -> ScalarType.Half;
            case BFLOAT16 -> ScalarType.BFloat16;
            case BOOL -> ScalarType.Bool;
            case UINT8, UINT4 -> ScalarType.Byte;
            case INT8, INT4 -> ScalarType.Char;
            case INT16 -> ScalarType.Short;
            case INT32, UINT16 -> ScalarType.Int;
            case INT64, UINT32, UINT64 -> ScalarType.Long;
            case COMPLEX64 -> ScalarType.ComplexFloat;
            case COMPLEX128 -> ScalarType.ComplexDouble;
            default -> throw BadInputException.of("elements of type %s cannot be computed with", dtype.text());
        };
    }

    private static DType dtype(ScalarType type) {
        return switch (type) {
            case Float -> DType.FLOAT;
            case Double -> DType.DOUBLE;
            case Half -> DType.FLOAT16;
            case BFloat16 -> DType.BFLOAT16;
            case Bool -> DType.BOOL;
            case Byte -> DType.UINT8;
            case Char -> DType.INT8;
            case Short -> DType.INT16;
            case Int -> DType.INT32;
            case Long -> DType.INT64;
            case ComplexFloat -> DType.COMPLEX64;
            case ComplexDouble -> DType.COMPLEX128;
            default -> throw BadInputException.of("tensors of type %s have no counterpart in ONNX", type);
        };
    }

    private static boolean isWidened(DType dtype) {
        return switch (dtype) {
            case UINT16, UINT32, UINT64, UINT4, INT4 -> true;
            default -> false;
        };
    }

    private static espalier.graph.Tensor unpacked(espalier.graph.Tensor host) {
        DType wide = switch (host.dtype()) {
            case UINT4 -> DType.UINT8;
            case INT4 -> DType.INT8;
            case UINT16 -> DType.INT32;
            case UINT32, UINT64 -> DType.INT64;
            default -> host.dtype();
        };
        if (wide == host.dtype()) {
            return host;
        }
        ByteBuffer out = espalier.graph.Tensor.allocate(wide, host.shape());
        int width = wide.bits() / 8;
        for (int i = 0; i < host.elements(); i++) {
            put(out, i, width, host.longAt(i));
        }
        return espalier.graph.Tensor.of(wide, host.shape(), out);
    }

    private static espalier.graph.Tensor narrowed(ByteBuffer longs, Shape shape, DType dtype) {
        ByteBuffer from = longs.order(java.nio.ByteOrder.LITTLE_ENDIAN);
        ByteBuffer out = espalier.graph.Tensor.allocate(dtype, shape);
        for (int i = 0; i < shape.elements(); i++) {
            long v = from.getLong(8 * i);
            if (dtype.bits() == 4) {
                out.put(i / 2, (byte) (out.get(i / 2) | (v & 15) << (4 * (i % 2))));
            } else {
                put(out, i, dtype.bits() / 8, v);
            }
        }
        return espalier.graph.Tensor.of(dtype, shape, out);
    }

    private static void put(ByteBuffer out, int i, int width, long value) {
        switch (width) {
            case 1 -> out.put(i, (byte) value);
            case 2 -> out.putShort(2 * i, (short) value);
            case 4 -> out.putInt(4 * i, (int) value);
            default -> out.putLong(8 * i, value);
        }
    }
}
