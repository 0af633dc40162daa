package espalier.op;

import espalier.graph.Shape;
import espalier.graph.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Arrangement of elements under other axes, joining, splitting and repeating. */
final class HostMovement implements HostTable {
    @Override
    public @Nullable HostFunction function(String op) {
        return switch (op) {
            case "Reshape", "Flatten", "Squeeze", "Unsqueeze" ->
                s -> List.of(s.constant(0).reshape(out(s)));
            case "Transpose" -> HostMovement::transpose;
            case "Expand" -> HostMovement::expand;
            case "Tile" -> HostMovement::tile;
            case "Concat" -> HostMovement::concat;
            case "Split" -> HostMovement::split;
            case "Slice" -> HostMovement::slice;
            case "Where" -> HostMovement::where;
            case "Trilu" -> HostMovement::trilu;
            default -> null;
        };
    }

    private static Shape out(Site s) {
        return s.known(s.node().output(0)).orElseThrow(() -> NotKnown.SIGNAL).shape();
    }

    private static List<Tensor> transpose(Site s) {
        int[] order = ReshapeShapes.permutation(s);
        long[] own = s.shape(0).strides();
        long[] strides = new long[own.length];
        for (int i = 0; i < strides.length; i++) {
            strides[i] = own[order[i]];
        }
        Shape out = out(s);
        return List.of(Picking.of(s.constant(0), out, i -> Picking.source(i, out, strides)));
    }

    private static List<Tensor> expand(Site s) {
        Shape out = out(s);
        long[] strides = Picking.broadcast(s.shape(0), out);
        return List.of(Picking.of(s.constant(0), out, i -> Picking.source(i, out, strides)));
    }

    private static List<Tensor> tile(Site s) {
        Shape x = s.shape(0);
        Shape out = out(s);
        long[] strides = x.strides();
        return List.of(Picking.of(s.constant(0), out, i -> {
            long at = 0;
            long rest = i;
            for (int a = out.rank() - 1; a >= 0; a--) {
                at += rest % out.dim(a) % x.dim(a) * strides[a];
                rest /= out.dim(a);
            }
            return (int) at;
        }));
    }

    /** Blocks of {@code size along the axis * what follows it} elements, one after the other from each operand. */
    private static List<Tensor> concat(Site s) {
        List<Tensor> parts = s.constants();
        Shape out = out(s);
        int axis = s.axisAttr(1, out.rank());
        long inner = out.strides()[axis];
        long row = out.dim(axis) * inner;
        int[] index = new int[Math.toIntExact(out.elements())];
        int base = 0;
        long column = 0;
        for (Tensor part : parts) {
            long block = part.shape().dim(axis) * inner;
            for (int i = 0; i < part.elements(); i++) {
                index[(int) (i / block * row + column + i % block)] = base + i;
            }
            base += (int) part.elements();
            column += block;
        }
        return List.of(Picking.of(parts, out, i -> index[i]));
    }

    private static List<Tensor> split(Site s) {
        Tensor x = s.constant(0);
        int axis = s.axisAttr(0, x.shape().rank());
        long[] strides = x.shape().strides();
        List<Tensor> out = new ArrayList<>();
        long from = 0;
        for (long size : SelectionShapes.parts(s)) {
            Shape part = x.shape().with(axis, size);
            long start = from * strides[axis];
            out.add(Picking.of(x, part, i -> (int) (start + Picking.source(i, part, strides))));
            from += size;
        }
        return out;
    }

    private static List<Tensor> slice(Site s) {
        Slices part = Slices.of(s);
        Shape out = Shape.of(part.count());
        long[] strides = s.shape(0).strides();
        long base = 0;
        for (int a = 0; a < strides.length; a++) {
            base += part.start()[a] * strides[a];
            strides[a] *= part.step()[a];
        }
        long first = base;
        return List.of(Picking.of(s.constant(0), out, i -> (int) (first + Picking.source(i, out, strides))));
    }

    private static List<Tensor> where(Site s) {
        Shape out = out(s);
        long[] condition = Numbers.longs(s.constant(0));
        long[] c = Picking.broadcast(s.shape(0), out);
        long[] x = Picking.broadcast(s.shape(1), out);
        long[] y = Picking.broadcast(s.shape(2), out);
        int second = (int) s.shape(1).elements();
        return List.of(Picking.of(
                List.of(s.constant(1), s.constant(2)),
                out,
                i -> condition[Picking.source(i, out, c)] != 0
                        ? Picking.source(i, out, x)
                        : second + Picking.source(i, out, y)));
    }

    private static List<Tensor> trilu(Site s) {
        Tensor x = s.constant(0);
        s.requireRank(0, 2);
        long k = s.has(1) ? s.longs(1)[0] : 0;
        boolean upper = s.node().intAttr("upper", 1) != 0;
        long columns = x.shape().dim(-1);
        long rows = x.shape().dim(-2);
        int zero = (int) x.elements();
        Tensor zeros = Tensor.zeros(x.dtype(), Shape.of(1));
        return List.of(Picking.of(List.of(x, zeros), x.shape(), i -> {
            long distance = i % columns - i / columns % rows;
            return (upper ? distance >= k : distance <= k) ? i : zero;
        }));
    }
}
