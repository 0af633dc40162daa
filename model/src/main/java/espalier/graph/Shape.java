package espalier.graph;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** The sizes of a tensor's axes, all known. */
public final class Shape {
    public static final Shape SCALAR = new Shape(new long[0]);

    private final long[] dims;

    private Shape(long[] dims) {
        for (long d : dims) {
            if (d < 0) {
                throw BadInputException.of("negative size in shape %s", Arrays.toString(dims));
            }
        }
        this.dims = dims;
    }

    public static Shape of(long... dims) {
        return dims.length == 0 ? SCALAR : new Shape(dims.clone());
    }

    public static Shape of(List<Long> dims) {
        return of(dims.stream().mapToLong(Long::longValue).toArray());
    }

    public int rank() {
        return dims.length;
    }

    /** Size along an axis; negative axes count from the end. */
    public long dim(int axis) {
        return dims[axis(axis)];
    }

    /** The axis counted from the front, whichever end the given one counts from. */
    public int axis(int axis) {
        int a = axis < 0 ? axis + dims.length : axis;
        if (a < 0 || a >= dims.length) {
            throw BadInputException.of("axis %d is outside shape %s", axis, this);
        }
        return a;
    }

    /** Number of elements; overflow is an {@link ArithmeticException}. */
    public long elements() {
        long n = 1;
        for (long d : dims) {
            n = Math.multiplyExact(n, d);
        }
        return n;
    }

    /** A copy of the sizes. */
    public long[] toArray() {
        return dims.clone();
    }

    public LongStream stream() {
        return Arrays.stream(dims);
    }

    /** This shape with another size along one axis. */
    public Shape with(int axis, long size) {
        long[] d = dims.clone();
        d[axis(axis)] = size;
        return new Shape(d);
    }

    /** Row-major strides in elements. */
    public long[] strides() {
        long[] s = new long[dims.length];
        long step = 1;
        for (int i = dims.length - 1; i >= 0; i--) {
            s[i] = step;
            step = Math.multiplyExact(step, Math.max(1, dims[i]));
        }
        return s;
    }

    /**
     * The common shape of two operands under multidirectional (NumPy) broadcasting.
     *
     * @throws BadInputException where two sizes differ and neither is 1
     */
    public static Shape broadcast(Shape a, Shape b) {
        int rank = Math.max(a.rank(), b.rank());
        long[] out = new long[rank];
        for (int i = 1; i <= rank; i++) {
            long x = i <= a.rank() ? a.dims[a.rank() - i] : 1;
            long y = i <= b.rank() ? b.dims[b.rank() - i] : 1;
            if (x != y && x != 1 && y != 1) {
                throw BadInputException.of("shapes %s and %s do not broadcast", a, b);
            }
            out[rank - i] = x == 1 ? y : x;
        }
        return new Shape(out);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Shape s && Arrays.equals(dims, s.dims);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(dims);
    }

    /** {@code [1,3,224,224]}; a scalar is {@code []}. */
    @Override
    public String toString() {
        return stream().mapToObj(Long::toString).collect(Collectors.joining(",", "[", "]"));
    }
}
