package espalier.op;

import espalier.graph.Shape;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Operators that keep all elements and arrange them under other axes, or repeat them. */
final class ReshapeShapes implements ShapeTable {
    @Override
    public @Nullable ShapeRule rule(String op) {
        return switch (op) {
            case "Reshape" -> s -> s.like(reshaped(s));
            case "Flatten" -> ReshapeShapes::flatten;
            case "Squeeze" -> ReshapeShapes::squeeze;
            case "Unsqueeze" -> ReshapeShapes::unsqueeze;
            case "Transpose" -> ReshapeShapes::transpose;
            case "Expand" -> s -> s.like(Shape.broadcast(s.shape(0), Shape.of(s.longs(1))));
            case "Tile" -> ReshapeShapes::tile;
            case "DepthToSpace" -> ReshapeShapes::depthToSpace;
            case "SpaceToDepth" -> ReshapeShapes::spaceToDepth;
            default -> null;
        };
    }

    /** 0 copies the input's size unless {@code allowzero}; one -1 takes what is left. */
    private static Shape reshaped(Site s) {
        Shape x = s.shape(0);
        long[] to = s.longs("shape", 1).orElseThrow(() -> s.error("the target shape is missing"));
        boolean allowZero = s.node().intAttr("allowzero", 0) != 0;
        int open = -1;
        long rest = 1;
        for (int i = 0; i < to.length; i++) {
            if (to[i] == 0 && !allowZero) {
                to[i] = x.dim(i);
            }
            if (to[i] == -1 && open < 0) {
                open = i;
            } else {
                rest = Math.multiplyExact(rest, to[i]);
            }
        }
        if (open >= 0 && rest > 0) {
            to[open] = x.elements() / rest;
        } else if (open >= 0) {
            to[open] = 0;
        }
        Shape out = Shape.of(to);
        if (out.elements() != x.elements()) {
            throw s.error("%s cannot be reshaped to %s", x, out);
        }
        return out;
    }

    private static List<TensorType> flatten(Site s) {
        Shape x = s.shape(0);
        long axis = s.node().intAttr("axis", 1);
        int at = axis == x.rank() ? x.rank() : s.axis(axis, x.rank());
        long rows = 1;
        long columns = 1;
        for (int i = 0; i < x.rank(); i++) {
            if (i < at) {
                rows *= x.dim(i);
            } else {
                columns *= x.dim(i);
            }
        }
        return s.like(rows, columns);
    }

    private static List<TensorType> squeeze(Site s) {
        Shape x = s.shape(0);
        boolean[] drop = new boolean[x.rank()];
        long[] axes = s.longs("axes", 1).orElse(new long[0]);
        for (int i = 0; axes.length == 0 && i < drop.length; i++) {
            drop[i] = x.dim(i) == 1;
        }
        for (int a : s.axes(axes, x.rank())) {
            if (x.dim(a) != 1) {
                throw s.error("axis %d of %s is not of size 1", a, x);
            }
            drop[a] = true;
        }
        long[] out = new long[x.rank()];
        int n = 0;
        for (int i = 0; i < drop.length; i++) {
            if (!drop[i]) {
                out[n++] = x.dim(i);
            }
        }
        return s.like(Arrays.copyOf(out, n));
    }

    private static List<TensorType> unsqueeze(Site s) {
        Shape x = s.shape(0);
        long[] axes = s.longs("axes", 1).orElseThrow(() -> s.error("the axes are missing"));
        long[] out = new long[x.rank() + axes.length];
        for (int a : s.axes(axes, out.length)) {
            if (out[a] != 0) {
                throw s.error("axis %d is given twice", a);
            }
            out[a] = 1;
        }
        int from = 0;
        for (int i = 0; i < out.length; i++) {
            out[i] = out[i] == 1 ? 1 : x.dim(from++);
        }
        return s.like(out);
    }

    private static List<TensorType> transpose(Site s) {
        Shape x = s.shape(0);
        int[] order = permutation(s);
        long[] out = new long[order.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = x.dim(order[i]);
        }
        return s.like(out);
    }

    /** Input axis of every output axis of a Transpose; reversed by default. */
    static int[] permutation(Site s) {
        int rank = s.shape(0).rank();
        int[] order = new int[rank];
        for (int i = 0; i < rank; i++) {
            order[i] = rank - 1 - i;
        }
        if (s.node().has("perm")) {
            order = s.axes(s.intsAttr("perm", rank, 0), rank);
        }
        boolean[] seen = new boolean[rank];
        for (int a : order) {
            if (seen[a]) {
                throw s.error("perm %s names an axis twice", Arrays.toString(order));
            }
            seen[a] = true;
        }
        return order;
    }

    private static List<TensorType> tile(Site s) {
        long[] d = s.shape(0).toArray();
        long[] times = s.longs(1);
        if (times.length != d.length) {
            throw s.error("%d repeats for %d axes", times.length, d.length);
        }
        for (int i = 0; i < d.length; i++) {
            d[i] = Math.multiplyExact(d[i], times[i]);
        }
        return s.like(d);
    }

    private static long blockSize(Site s) {
        s.requireRank(0, 4);
        long b = s.node().intAttr("blocksize", 0);
        if (b < 1) {
            throw s.error("blocksize must be positive, not %d", b);
        }
        return b;
    }

    private static List<TensorType> depthToSpace(Site s) {
        long b = blockSize(s);
        Shape x = s.shape(0);
        if (x.dim(1) % (b * b) != 0) {
            throw s.error("%d channels are not divisible by %d", x.dim(1), b * b);
        }
        return s.like(x.dim(0), x.dim(1) / (b * b), x.dim(2) * b, x.dim(3) * b);
    }

    private static List<TensorType> spaceToDepth(Site s) {
        long b = blockSize(s);
        Shape x = s.shape(0);
        if (x.dim(2) % b != 0 || x.dim(3) % b != 0) {
            throw s.error("shape %s is not divisible by blocks of %d", x, b);
        }
        return s.like(x.dim(0), x.dim(1) * b * b, x.dim(2) / b, x.dim(3) / b);
    }
}
