package espalier.op;

import espalier.graph.BadInputException;
import espalier.graph.DType;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.IntUnaryOperator;

/** Operators that only move elements, written as: output element {@code i} is input element {@code from(i)}. */
final class Picking {
    private Picking() {}

    static Tensor of(Tensor x, Shape shape, IntUnaryOperator from) {
        return of(List.of(x), shape, from);
    }

    /** Elements are counted through all {@code sources} one after the other. */
    static Tensor of(List<Tensor> sources, Shape shape, IntUnaryOperator from) {
        DType dtype = sources.get(0).dtype();
        if (dtype.bits() < 8) {
            throw NotKnown.SIGNAL;
        }
        int width = dtype.bits() / 8;
        ByteBuffer in = joined(sources, width);
        ByteBuffer out = Tensor.allocate(dtype, shape);
        int n = out.capacity() / width;
        for (int i = 0; i < n; i++) {
            int at = from.applyAsInt(i) * width;
            for (int b = 0; b < width; b++) {
                out.put(in.get(at + b));
            }
        }
        return Tensor.of(dtype, shape, out.flip());
    }

    private static ByteBuffer joined(List<Tensor> sources, int width) {
        if (sources.size() == 1) {
            return sources.get(0).data();
        }
        long bytes = 0;
        for (Tensor t : sources) {
            if (t.dtype() != sources.get(0).dtype()) {
                throw BadInputException.of(
                        "element types %s and %s differ",
                        sources.get(0).dtype().text(), t.dtype().text());
            }
            bytes += t.elements() * width;
        }
        ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(bytes));
        sources.forEach(t -> all.put(t.data()));
        return all.flip();
    }

    /** Index of element {@code i} of {@code out} in a tensor with these strides, which has the same axes. */
    static int source(int i, Shape out, long[] strides) {
        long at = 0;
        long rest = i;
        for (int a = out.rank() - 1; a >= 0; a--) {
            long d = out.dim(a);
            at += rest % d * strides[a];
            rest /= d;
        }
        return (int) at;
    }

    /** Strides with which a tensor of shape {@code x} is read as if it were broadcast to {@code out}. */
    static long[] broadcast(Shape x, Shape out) {
        long[] own = x.strides();
        long[] s = new long[out.rank()];
        int skip = out.rank() - x.rank();
        for (int a = 0; a < x.rank(); a++) {
            s[a + skip] = x.dim(a) == 1 ? 0 : own[a];
        }
        return s;
    }
}
