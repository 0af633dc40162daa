package espalier.channel;

import java.util.List;

/** Matrix products with a constant (linear layers) and of two activations (attention). */
final class ProductRules {
    private static final String SUMS = "sums over it together with another axis";

    private ProductRules() {}

    static boolean apply(Site s) {
        switch (s.node().opType()) {
            case "Gemm" -> gemm(s);
            case "MatMul" -> matmul(s);
            default -> {
                return false;
            }
        }
        return true;
    }

    private static void gemm(Site s) {
        boolean transA = s.node().intAttr("transA", 0) != 0;
        boolean transB = s.node().intAttr("transB", 0) != 0;
        if (s.isWeight(0) || !s.isWeight(1)) {
            s.keepAll("has no constant as its second factor");
            return;
        }
        Labels a = s.only(transA ? s.in(0).transpose(new int[] {1, 0}) : s.in(0), 1, SUMS);
        int[] w = s.shape(1);
        int outAxis = transB ? 0 : 1;
        Labels out = s.fresh(1, w[outAxis], 1);
        s.uses(1, w, List.of(line(out, 2, outAxis), line(a, 2, 1 - outAxis)), List.of(Role.PRODUCER, Role.CONSUMER));
        boolean zero = true;
        if (s.has(2)) {
            int[] bias = Labels.aligned(s.shape(2), 2);
            zero = s.isWeight(2) && bias[1] == w[outAxis];
            s.follows(2, bias, out, Role.PRODUCER);
        }
        s.out(out, zero);
    }

    private static void matmul(Site s) {
        int left = s.shape(0).length;
        int right = s.shape(1).length;
        if (s.isWeight(1) && !s.isWeight(0) && right > 1) {
            linear(s, 0, 1, left - 1, right - 2, right - 1, s.outRank() - 1);
        } else if (s.isWeight(0) && !s.isWeight(1) && left > 1 && right > 1) {
            linear(s, 1, 0, right - 2, left - 1, left - 2, s.outRank() - 2);
        } else if (left > 1 && right > 1 && !s.isWeight(0) && !s.isWeight(1)) {
            product(s);
        } else {
            s.keepAll("multiplies it with a vector");
        }
    }

    /**
     * An activation times a constant matrix. Labels that are not summed over pass through, and then the output begins none of its
     * own.
     */
    private static void linear(Site s, int x, int weight, int summed, int wIn, int wOut, int outAxis) {
        int[] w = s.shape(weight);
        Labels in = s.in(x);
        if (in.varying() > 0 && !in.varies(summed) && isMatrix(w)) {
            s.out(in.aligned(s.outRank()), s.isZero(x));
            return;
        }
        in = s.only(in, summed, SUMS);
        Labels out = s.fresh(outAxis, w[wOut], weight);
        s.uses(
                weight,
                w,
                List.of(line(out, w.length, wOut), line(in, w.length, wIn)),
                List.of(Role.PRODUCER, Role.CONSUMER));
        s.out(out, true);
    }

    private static boolean isMatrix(int[] w) {
        for (int i = 0; i < w.length - 2; i++) {
            if (w[i] > 1) {
                return false;
            }
        }
        return true;
    }

    /** An array that varies along one axis, as one that varies along {@code axis} of {@code rank}. */
    private static Labels line(Labels l, int rank, int axis) {
        int[] dims = Labels.none(rank).dims();
        dims[axis] = l.ids().length;
        return new Labels(dims, l.ids());
    }

    /**
     * Two activations. With labels on an axis that both run through side by side (attention heads), all that meets in one index is
     * one unit; otherwise what is summed over is united.
     */
    private static void product(Site s) {
        int rank = s.outRank();
        Labels a = s.in(0).aligned(rank);
        Labels b = s.in(1).aligned(rank);
        boolean heads = false;
        for (int i = 0; i < rank - 2; i++) {
            heads |= a.varies(i) || b.varies(i);
        }
        if (heads) {
            heads(s, a, b, rank);
        } else if (a.varies(rank - 1) || b.varies(rank - 2)) {
            contract(s, a, b, rank);
        } else if (a.varies(rank - 2) && b.varies(rank - 1)) {
            s.keepAll("multiplies rows and columns that both have channels");
            s.out(Labels.none(rank), false);
        } else {
            s.out(a.varies(rank - 2) ? a : b, a.varies(rank - 2) ? s.isZero(0) : s.isZero(1));
        }
    }

    private static void heads(Site s, Labels left, Labels right, int rank) {
        Labels a = oneUnit(s, left, rank);
        Labels b = oneUnit(s, right, rank);
        int[] dims = Labels.none(rank).dims();
        for (int i = 0; i < rank - 2; i++) {
            dims[i] = Math.max(a.dims()[i], b.dims()[i]);
        }
        boolean hasA = takesPart(a, s.shape(0), dims);
        boolean hasB = takesPart(b, s.shape(1), dims);
        a = a.broadcast(dims);
        b = b.broadcast(dims);
        if (hasA && hasB) {
            s.unite(a, b, "multiplies it with what stays");
        }
        s.out(hasA ? a : b, s.isZero(0) || s.isZero(1));
    }

    private static Labels oneUnit(Site s, Labels l, int rank) {
        int[] matrix = {rank - 2, rank - 1};
        for (int axis : matrix) {
            if (l.varies(axis)) {
                s.uniteOver(l, axis, "multiplies a whole matrix");
            }
        }
        return s.now(Site.first(l, matrix));
    }

    /** Not so an operand that is repeated for each index and has no labels itself. */
    private static boolean takesPart(Labels l, int[] shape, int[] dims) {
        int[] aligned = Labels.aligned(shape, dims.length);
        for (int i = 0; i < dims.length - 2; i++) {
            if (dims[i] > 1 && aligned[i] > 1) {
                return true;
            }
        }
        return !l.isNone();
    }

    private static void contract(Site s, Labels left, Labels right, int rank) {
        Labels a = s.only(left, rank - 1, SUMS);
        Labels b = s.only(right, rank - 2, SUMS);
        if (!s.isZero(0) && !s.isZero(1)) {
            s.keep(a, "sums products of values that are not zero under a mask");
            s.keep(b, "sums products of values that are not zero under a mask");
        }
        int n = Math.max(a.ids().length, b.ids().length);
        s.unite(spread(a, n), spread(b, n), "sums it with what stays");
        s.out(Labels.none(rank), false);
    }

    private static Labels spread(Labels l, int n) {
        return new Labels(new int[] {l.ids().length}, l.ids()).broadcast(new int[] {n});
    }
}
