package espalier.channel;

import java.util.Optional;

/** Operators that run over whole axes. */
final class ReductionRules {
    private static final String OVER = "reduces over it";

    private ReductionRules() {}

    static boolean apply(Site s) {
        switch (s.node().opType()) {
            case "ReduceL1",
                    "ReduceL2",
                    "ReduceMax",
                    "ReduceMean",
                    "ReduceMin",
                    "ReduceProd",
                    "ReduceSum",
                    "ReduceSumSquare" -> reduce(s, true);
            case "ReduceLogSum", "ReduceLogSumExp" -> reduce(s, false);
            case "ArgMax", "ArgMin" -> reduce(s, false, s.axisAttr(0, s.shape(0).length));
            case "CumSum" -> cumulative(s);
            case "TopK" -> top(s);
            case "Trilu" -> same(s, s.outRank() - 2, s.outRank() - 1);
            default -> {
                return false;
            }
        }
        return true;
    }

    private static void reduce(Site s, boolean keepsZero) {
        int rank = s.shape(0).length;
        Optional<long[]> given = s.constant("axes", 1);
        if (s.has(1) && given.isEmpty()) {
            s.keepAll("reduces over computed axes");
            s.out(Labels.none(s.outRank()), false);
            return;
        }
        boolean none = given.isEmpty() || given.get().length == 0;
        if (none && s.node().intAttr("noop_with_empty_axes", 0) != 0) {
            s.out(s.in(0), keepsZero && s.isZero(0));
            return;
        }
        int[] axes = none ? Site.allBut(rank) : new int[given.get().length];
        for (int i = 0; !none && i < axes.length; i++) {
            axes[i] = s.axis(given.get()[i], rank);
        }
        reduce(s, keepsZero, axes);
    }

    private static void reduce(Site s, boolean keepsZero, int... axes) {
        Labels in = s.in(0);
        s.whole(in, axes, OVER);
        Labels first = Site.first(in, axes);
        if (s.node().intAttr("keepdims", 1) == 0) {
            int[] rest = Site.allBut(in.rank(), axes);
            int[] dims = new int[rest.length];
            for (int i = 0; i < dims.length; i++) {
                dims[i] = first.dims()[rest[i]];
            }
            first = new Labels(dims, first.ids());
        }
        s.out(first, keepsZero && s.isZero(0));
    }

    private static void same(Site s, int... axes) {
        s.whole(s.in(0), axes, OVER);
        s.out(s.in(0), s.isZero(0));
    }

    private static void cumulative(Site s) {
        Optional<long[]> axis = s.constant(1);
        if (axis.isEmpty()) {
            s.keepAll("sums along a computed axis");
            s.out(Labels.none(s.outRank()), false);
        } else {
            same(s, s.axis(axis.get()[0], s.outRank()));
        }
    }

    private static void top(Site s) {
        int axis = s.axisAttr(-1, s.outRank());
        s.whole(s.in(0), new int[] {axis}, OVER);
        s.out(Site.first(s.in(0), axis), false);
        s.out(1, Site.first(s.in(0), axis));
    }
}
