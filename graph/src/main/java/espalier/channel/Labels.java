package espalier.channel;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Labels of a value's elements, row-major. The array has the rank of the value and broadcasts to it: along every axis it is as long
 * as the value or 1. Equal labels go together; label 0 stays for ever. Immutable.
 */
final class Labels {
    private final int[] dims;
    private final int[] ids;
    /** What {@link #canonical} gave, and when: most arrays are asked for again before anything is united. */
    private @Nullable Labels canonical;

    private int version = -1;

    Labels(int[] dims, int[] ids) {
        this.dims = dims;
        this.ids = ids;
    }

    /** A value that nothing is ever taken from. */
    static Labels none(int rank) {
        int[] dims = new int[rank];
        Arrays.fill(dims, 1);
        return new Labels(dims, new int[1]);
    }

    /** Labels {@code first, first + 1, ...} along one axis. */
    static Labels along(int rank, int axis, int first, int size) {
        int[] dims = new int[rank];
        Arrays.fill(dims, 1);
        dims[axis] = size;
        int[] ids = new int[size];
        for (int i = 0; i < size; i++) {
            ids[i] = first + i;
        }
        return new Labels(dims, ids);
    }

    int rank() {
        return dims.length;
    }

    int[] dims() {
        return dims;
    }

    int[] ids() {
        return ids;
    }

    boolean varies(int axis) {
        return dims[axis] > 1;
    }

    /** All elements have one label. */
    boolean isUniform() {
        return ids.length == 1;
    }

    boolean isNone() {
        return ids.length == 1 && ids[0] == 0;
    }

    int varying() {
        int n = 0;
        for (int d : dims) {
            n += d > 1 ? 1 : 0;
        }
        return n;
    }

    /** The first axis along which something varies, or -1. */
    int varyingAxis() {
        int axis = 0;
        while (axis < dims.length && dims[axis] == 1) {
            axis++;
        }
        return axis < dims.length ? axis : -1;
    }

    boolean variesOnlyAlong(int axis) {
        return varying() == 0 || (varying() == 1 && dims[axis] > 1);
    }

    /** Every label replaced by that of its class, and axes along which nothing varies shrunk to 1. */
    Labels canonical(Units units) {
        Labels c = canonical;
        if (c == null || version != units.version()) {
            int[] found = new int[ids.length];
            for (int i = 0; i < found.length; i++) {
                found[i] = units.find(ids[i]);
            }
            c = new Labels(dims, found).compress();
            remember(c, units.version());
            c.remember(c, units.version());
        }
        return c;
    }

    private void remember(Labels of, int at) {
        canonical = of;
        version = at;
    }

    Labels compress() {
        Labels l = this;
        for (int axis = 0; axis < dims.length; axis++) {
            if (l.dims[axis] > 1 && l.isConstantAlong(axis)) {
                l = l.take(axis, new int[] {0});
            }
        }
        return l;
    }

    private boolean isConstantAlong(int axis) {
        int inner = inner(axis);
        int block = dims[axis] * inner;
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] != ids[i / block * block + i % inner]) {
                return false;
            }
        }
        return true;
    }

    /** Elements of the axes behind {@code axis}. */
    int inner(int axis) {
        int n = 1;
        for (int i = axis + 1; i < dims.length; i++) {
            n *= dims[i];
        }
        return n;
    }

    /** Repeated to {@code to}, where each size is that of this array or this array has size 1. */
    Labels broadcast(int[] to) {
        Labels l = this;
        for (int axis = 0; axis < to.length; axis++) {
            if (to[axis] != l.dims[axis]) {
                l = l.take(axis, new int[to[axis]]);
            }
        }
        return l;
    }

    /** With axes of size 1 put in front. */
    Labels aligned(int rank) {
        return rank == dims.length ? this : new Labels(aligned(dims, rank), ids);
    }

    static int[] aligned(int[] shape, int rank) {
        int[] out = new int[rank];
        Arrays.fill(out, 1);
        System.arraycopy(shape, 0, out, rank - shape.length, shape.length);
        return out;
    }

    /** Positions {@code index} along an axis; along an axis of size 1 all positions are the first. */
    Labels take(int axis, int[] index) {
        int inner = inner(axis);
        int from = dims[axis] * inner;
        int to = index.length * inner;
        int outer = ids.length / Math.max(1, from);
        int[] out = new int[outer * to];
        for (int o = 0; o < outer; o++) {
            for (int i = 0; i < index.length; i++) {
                int at = dims[axis] == 1 ? 0 : index[i];
                System.arraycopy(ids, o * from + at * inner, out, o * to + i * inner, inner);
            }
        }
        int[] d = dims.clone();
        d[axis] = index.length;
        return new Labels(d, out);
    }

    Labels slice(int axis, int start, int size) {
        int[] index = new int[size];
        for (int i = 0; i < size; i++) {
            index[i] = start + i;
        }
        return take(axis, index);
    }

    Labels transpose(int[] perm) {
        int rank = dims.length;
        int[] d = new int[rank];
        int[] step = new int[rank];
        for (int i = 0; i < rank; i++) {
            d[i] = dims[perm[i]];
            step[i] = inner(perm[i]);
        }
        int[] out = new int[ids.length];
        int[] at = new int[rank];
        int from = 0;
        for (int i = 0; i < out.length; i++) {
            out[i] = ids[from];
            for (int a = rank - 1; a >= 0; a--) {
                from += step[a];
                if (++at[a] < d[a]) {
                    break;
                }
                from -= step[a] * d[a];
                at[a] = 0;
            }
        }
        return new Labels(d, out);
    }

    /** Arrays one behind the other; each is full along {@code axis}, and they agree along the others. */
    static Labels concat(int axis, List<Labels> parts) {
        int[] d = parts.get(0).dims.clone();
        d[axis] = 0;
        int total = 0;
        for (Labels p : parts) {
            d[axis] += p.dims[axis];
            total += p.ids.length;
        }
        int[] out = new int[total];
        int inner = parts.get(0).inner(axis);
        int to = d[axis] * inner;
        int offset = 0;
        for (Labels p : parts) {
            int from = p.dims[axis] * inner;
            for (int o = 0; from > 0 && o * from < p.ids.length; o++) {
                System.arraycopy(p.ids, o * from, out, o * to + offset, from);
            }
            offset += from;
        }
        return new Labels(d, out);
    }

    /**
     * The labels after a reshape from one full shape to another. Axes are matched in blocks of equal size, so that the labels are
     * spread out only inside the blocks in which they vary.
     */
    Labels reshape(int[] from, int[] to) {
        int[] spread = new int[from.length];
        int[] target = new int[to.length];
        for (Blocks b = new Blocks(from, to); b.next(); ) {
            boolean varied = false;
            for (int i = b.from(); i < b.fromEnd(); i++) {
                varied |= dims[i] > 1;
            }
            for (int i = b.from(); i < b.fromEnd(); i++) {
                spread[i] = varied ? from[i] : 1;
            }
            for (int i = b.to(); i < b.toEnd(); i++) {
                target[i] = varied ? to[i] : 1;
            }
        }
        return new Labels(target, broadcast(spread).ids).compress();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Labels l && Arrays.equals(dims, l.dims) && Arrays.equals(ids, l.ids);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(dims) + Arrays.hashCode(ids);
    }

    @Override
    public String toString() {
        return Arrays.toString(dims) + Arrays.toString(ids);
    }
}
