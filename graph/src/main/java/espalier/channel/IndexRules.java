package espalier.channel;

import java.util.ArrayList;
import java.util.List;

/** Operators that join and pick positions: the labels are joined and picked in the same way. */
final class IndexRules {
    private static final String COUNTS = "counts positions along several axes with channels";

    private IndexRules() {}

    static boolean apply(Site s) {
        switch (s.node().opType()) {
            case "Concat" -> concat(s);
            case "Split" -> split(s);
            case "Slice" -> slice(s);
            case "Gather" -> gather(s);
            default -> {
                return false;
            }
        }
        return true;
    }

    private static void concat(Site s) {
        int rank = s.outRank();
        int axis = s.axisAttr(1, rank);
        int[] dims = Labels.none(rank).dims();
        boolean zero = true;
        for (int i = 0; i < s.inputs(); i++) {
            for (int a = 0; a < rank; a++) {
                dims[a] = Math.max(dims[a], s.in(i).dims()[a]);
            }
            zero &= s.isZero(i) || s.isWeight(i);
        }
        boolean along = dims[axis] > 1;
        dims[axis] = 1;
        boolean across = new Labels(dims, new int[0]).varying() > 0;
        s.out(across ? side(s, axis, dims) : along ? oneBehindTheOther(s, axis) : Labels.none(rank), zero);
    }

    private static Labels oneBehindTheOther(Site s, int axis) {
        List<Labels> parts = new ArrayList<>();
        for (int i = 0; i < s.inputs(); i++) {
            int[] dims = Labels.none(s.outRank()).dims();
            dims[axis] = s.shape(i)[axis];
            parts.add(s.in(i).broadcast(dims));
        }
        return Labels.concat(axis, parts);
    }

    /** Channels lie across the joined axis: they are the same ones in all parts. */
    private static Labels side(Site s, int axis, int[] dims) {
        Labels all = null;
        for (int i = 0; i < s.inputs(); i++) {
            if (s.isWeight(i) || s.shape(i)[axis] == 0) {
                continue;
            }
            Labels in = s.in(i);
            if (in.varies(axis)) {
                s.uniteOver(in, axis, COUNTS);
                in = s.now(in);
            }
            Labels part = in.broadcast(dims);
            if (all != null) {
                s.unite(all, part, "joins it with what stays");
            }
            all = all == null ? part : all;
        }
        Labels out = all == null ? Labels.none(dims.length) : all;
        for (int i = 0; i < s.inputs(); i++) {
            if (s.isWeight(i)) {
                s.follows(i, s.shape(i), out, Role.CHANNEL);
            }
        }
        return out;
    }

    private static void split(Site s) {
        Labels in = s.in(0);
        int axis = s.axisAttr(0, in.rank());
        counted(s, in, axis);
        int start = 0;
        for (int i = 0; i < s.node().outputs().size(); i++) {
            int size = s.outShape(i)[axis];
            s.out(i, in.varies(axis) ? in.slice(axis, start, size) : in);
            s.zeroAs(i);
            start += size;
        }
    }

    private static void counted(Site s, Labels in, int axis) {
        if (in.varies(axis) && in.varying() > 1) {
            s.check(new Check.Counted(in, axis, s.pin(COUNTS)));
        }
    }

    private static void slice(Site s) {
        Labels in = s.in(0);
        long[] starts = s.constant("starts", 1).orElse(null);
        long[] axes = s.constant("axes", 3).orElse(null);
        long[] steps = s.constant("steps", 4).orElse(null);
        if (starts == null || (axes == null && s.has(3)) || (steps == null && s.has(4))) {
            s.keepAll("takes positions that are computed");
            s.out(Labels.none(s.outRank()), false);
            return;
        }
        Labels out = in;
        for (int i = 0; i < starts.length; i++) {
            int axis = s.axis(axes == null ? i : axes[i], in.rank());
            if (in.varies(axis)) {
                long step = steps == null ? 1 : steps[i];
                limit(s, in, axis, step);
                out = out.take(axis, positions(starts[i], step, s.shape(0)[axis], s.outShape(0)[axis]));
            }
        }
        s.out(out, s.isZero(0));
    }

    private static void limit(Site s, Labels in, int axis, long step) {
        if (step == 1 && !s.isOpen(0, axis)) {
            counted(s, in, axis);
        } else {
            s.whole(in, new int[] {axis}, "takes it in steps or backwards");
        }
    }

    private static int[] positions(long start, long step, int from, int to) {
        long first = start < 0 ? start + from : start;
        first = Math.max(0, Math.min(first, step > 0 ? from : from - 1));
        int[] index = new int[to];
        for (int i = 0; i < to; i++) {
            index[i] = (int) (first + i * step);
        }
        return index;
    }

    private static void gather(Site s) {
        int axis = s.axisAttr(0, s.shape(0).length);
        if (s.isWeight(0)) {
            table(s, axis);
            return;
        }
        Labels in = s.in(0);
        int[] indexShape = s.shape(1);
        long[] index = s.constant(1).orElse(null);
        Labels out = in;
        if (in.varies(axis)) {
            if (index == null || indexShape.length > 1) {
                s.whole(in, new int[] {axis}, "picks positions that are computed");
                out = in.take(axis, new int[elements(indexShape)]);
            } else {
                counted(s, in, axis);
                out = in.take(axis, wrapped(index, s.shape(0)[axis]));
            }
        }
        s.out(replaced(out, axis, indexShape), s.isZero(0));
    }

    private static int elements(int[] shape) {
        int n = 1;
        for (int d : shape) {
            n *= d;
        }
        return n;
    }

    private static int[] wrapped(long[] index, int size) {
        int[] out = new int[index.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = (int) (index[i] < 0 ? index[i] + size : index[i]);
        }
        return out;
    }

    /** One axis replaced by those of the indices. */
    private static Labels replaced(Labels l, int axis, int[] index) {
        int[] dims = new int[l.rank() - 1 + index.length];
        for (int i = 0; i < dims.length; i++) {
            boolean inside = i >= axis && i < axis + index.length;
            int outside = i < axis ? i : i - index.length + 1;
            dims[i] = inside ? (l.varies(axis) ? index[i - axis] : 1) : l.dims()[outside];
        }
        return new Labels(dims, l.ids()).compress();
    }

    /** An embedding: the rows are picked, the last axis begins labels. */
    private static void table(Site s, int axis) {
        int[] shape = s.shape(0);
        int last = shape.length - 1;
        if (axis == last || shape.length != 2) {
            s.out(Labels.none(s.outRank()), false);
            return;
        }
        Labels out = s.fresh(s.outRank() - 1, shape[last], 0);
        s.uses(0, shape, List.of(new Labels(new int[] {1, out.ids().length}, out.ids())), List.of(Role.PRODUCER));
        s.out(out, true);
    }
}
