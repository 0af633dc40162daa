package espalier.channel;

import java.util.Optional;

/** Operators that move elements without reading them: the labels move in the same way. */
final class LayoutRules {
    private LayoutRules() {}

    static boolean apply(Site s) {
        switch (s.node().opType()) {
            case "Flatten", "Reshape", "Squeeze", "Unsqueeze" -> reshape(s);
            case "Transpose" -> transpose(s);
            case "Expand" -> expand(s);
            case "Tile" -> tile(s);
            case "DepthToSpace" -> depthToSpace(s);
            case "SpaceToDepth" -> spaceToDepth(s);
            default -> {
                return false;
            }
        }
        return true;
    }

    private static void reshape(Site s) {
        int[] from = s.shape(0);
        int[] to = s.outShape(0);
        if (elements(from) == 0) {
            s.keepAll("reshapes nothing");
            s.out(Labels.none(to.length), false);
            return;
        }
        Labels in = s.in(0);
        Labels out = in.reshape(from, to);
        s.out(out, s.isZero(0));
        wholeOpen(s, out);
    }

    private static long elements(int[] shape) {
        long n = 1;
        for (int d : shape) {
            n *= d;
        }
        return n;
    }

    /**
     * An axis whose size depends on the batch and on channels is written as -1 after a cut. So there can be one, and no other open
     * size may be written so already.
     */
    private static void wholeOpen(Site s, Labels out) {
        int[] open = new int[out.rank()];
        int n = 0;
        boolean inferred = false;
        long[] target = s.node().is("Reshape") ? s.constant(1).orElse(null) : null;
        for (int a = 0; a < out.rank(); a++) {
            if (s.isOpen(0, a) && out.varies(a)) {
                open[n++] = a;
            } else if (s.isOpen(0, a)) {
                inferred |= target == null || target[a] == -1;
            }
        }
        if (s.node().is("Reshape") && (n > 1 || (n == 1 && inferred))) {
            s.whole(out, java.util.Arrays.copyOf(open, n), "reshapes several axes of free size");
        }
    }

    private static void transpose(Site s) {
        int rank = s.outRank();
        Optional<long[]> given = s.node().intsAttr("perm");
        int[] perm = new int[rank];
        for (int i = 0; i < rank; i++) {
            perm[i] = given.isPresent() ? (int) given.get()[i] : rank - 1 - i;
        }
        s.out(moved(s, s.in(0), perm), s.isZero(0));
    }

    private static Labels moved(Site s, Labels in, int... perm) {
        if (in.varying() > 1) {
            s.check(new Check.Ordered(in, perm, s.pin("changes the order of channels")));
        }
        return in.transpose(perm);
    }

    private static void expand(Site s) {
        int rank = s.outRank();
        Labels in = s.isWeight(0) ? token(s, rank) : s.in(0).aligned(rank);
        wholeOpen(s, in, "expands an axis of free size");
        s.out(in, s.isWeight(0) || s.isZero(0));
    }

    /** A learned token begins labels of its own on its last axis. */
    private static Labels token(Site s, int rank) {
        int[] shape = s.shape(0);
        int last = shape.length - 1;
        if (shape.length == 0 || shape[last] == 1) {
            return Labels.none(rank);
        }
        Labels out = s.fresh(rank - 1, shape[last], 0);
        s.follows(0, Labels.aligned(shape, rank), out, Role.PRODUCER);
        return out;
    }

    private static void wholeOpen(Site s, Labels out, String text) {
        for (int a = 0; a < out.rank(); a++) {
            if (out.varies(a) && s.isOpen(0, a)) {
                s.whole(out, new int[] {a}, text);
            }
        }
    }

    private static void tile(Site s) {
        int[] from = s.shape(0);
        int[] to = s.outShape(0);
        Labels out = s.in(0);
        for (int a = 0; a < to.length; a++) {
            if (out.varies(a) && to[a] != from[a]) {
                int[] index = new int[to[a]];
                for (int i = 0; i < index.length; i++) {
                    index[i] = i % from[a];
                }
                out = out.take(a, index);
            }
        }
        wholeOpen(s, out, "repeats an axis of free size");
        s.out(out, s.isZero(0));
    }

    private static void depthToSpace(Site s) {
        int[] x = s.shape(0);
        int[] y = s.outShape(0);
        int b = (int) s.node().intAttr("blocksize", 1);
        boolean columnsFirst = s.node().textAttr("mode", "DCR").equals("CRD");
        int[] split =
                columnsFirst ? new int[] {x[0], y[1], b, b, x[2], x[3]} : new int[] {x[0], b, b, y[1], x[2], x[3]};
        int[] perm = columnsFirst ? new int[] {0, 1, 4, 2, 5, 3} : new int[] {0, 3, 4, 1, 5, 2};
        int[] blocks = columnsFirst ? new int[] {2, 3} : new int[] {1, 2};
        Labels parts = s.in(0).reshape(x, split);
        s.whole(parts, blocks, "spreads channels over a block of positions");
        blockwise(s, parts, split, perm, y);
    }

    private static void blockwise(Site s, Labels parts, int[] split, int[] perm, int[] to) {
        int[] moved = new int[6];
        for (int i = 0; i < 6; i++) {
            moved[i] = split[perm[i]];
        }
        s.out(moved(s, parts, perm).reshape(moved, to), s.isZero(0));
    }

    private static void spaceToDepth(Site s) {
        int[] x = s.shape(0);
        int b = (int) s.node().intAttr("blocksize", 1);
        int[] split = {x[0], x[1], x[2] / b, b, x[3] / b, b};
        Labels in = s.in(0);
        s.whole(in, new int[] {2, 3}, "gathers a block of positions");
        Labels parts = Site.first(in, 2, 3).reshape(x, split);
        blockwise(s, parts, split, new int[] {0, 3, 5, 1, 2, 4}, s.outShape(0));
    }
}
