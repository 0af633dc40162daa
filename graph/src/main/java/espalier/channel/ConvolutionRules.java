package espalier.channel;

import java.util.List;

/** Convolutions: the weight's input axis goes with what comes in, its output axis begins new labels. */
final class ConvolutionRules {
    private static final String READS = "convolves over it";

    private ConvolutionRules() {}

    static boolean apply(Site s) {
        switch (s.node().opType()) {
            case "Conv" -> conv(s, false);
            case "ConvTranspose" -> conv(s, true);
            default -> {
                return false;
            }
        }
        return true;
    }

    private static void conv(Site s, boolean transposed) {
        if (!s.isWeight(1) || (s.has(2) && !s.isWeight(2))) {
            s.keepAll("has a weight that is computed");
            return;
        }
        Labels in = s.only(s.in(0), 1, READS);
        int group = (int) s.node().intAttr("group", 1);
        int[] w = s.shape(1);
        int channels = s.shape(0)[1];
        int outputs = s.outShape(0)[1];
        if (group == 1) {
            dense(s, in, w, transposed ? 1 : 0);
        } else if (group == channels) {
            depthwise(s, in, w, outputs / group, transposed);
        } else {
            grouped(s, in, w, group, channels / group, outputs / group, transposed);
        }
    }

    private static void dense(Site s, Labels in, int[] w, int outAxis) {
        Labels out = s.fresh(1, w[outAxis], 1);
        s.uses(
                1,
                w,
                List.of(out.transpose(to(w.length, outAxis)), in.transpose(to(w.length, 1 - outAxis))),
                List.of(Role.PRODUCER, Role.CONSUMER));
        bias(s, out, Role.PRODUCER);
        s.out(out, true);
    }

    /** Moves axis 1 to {@code axis}. */
    private static int[] to(int rank, int axis) {
        int[] perm = new int[rank];
        for (int i = 0; i < rank; i++) {
            perm[i] = i;
        }
        perm[0] = axis == 0 ? 1 : 0;
        perm[1] = axis == 0 ? 0 : 1;
        return perm;
    }

    private static void bias(Site s, Labels out, Role role) {
        if (s.has(2) && out.varies(1)) {
            s.uses(2, s.shape(2), List.of(new Labels(new int[] {out.ids().length}, out.ids())), List.of(role));
        }
    }

    /** Each output channel reads one input channel and goes with it. */
    private static void depthwise(Site s, Labels in, int[] w, int multiplier, boolean transposed) {
        Labels out = in;
        if (in.varies(1) && multiplier > 1) {
            int[] index = new int[in.dims()[1] * multiplier];
            for (int i = 0; i < index.length; i++) {
                index[i] = i / multiplier;
            }
            out = in.take(1, index);
        }
        s.uses(1, w, List.of((transposed ? in : out).transpose(to(w.length, 0))), List.of(Role.CHANNEL));
        bias(s, out, Role.CHANNEL);
        s.out(out, true);
    }

    /** The weight is seen as [group, outputs, inputs, ...]; all groups keep equally many of either. */
    private static void grouped(Site s, Labels in, int[] w, int g, int inputs, int outputs, boolean transposed) {
        Labels out = outputs > 1 ? s.fresh(1, g * outputs, 1) : Labels.none(in.rank());
        int[] view = new int[w.length + 1];
        System.arraycopy(w, 2, view, 3, w.length - 2);
        view[0] = g;
        view[1] = transposed ? inputs : outputs;
        view[2] = transposed ? outputs : inputs;
        Labels rowsOut = rows(s, out, g, outputs);
        Labels rowsIn = rows(s, in, g, inputs);
        int outAxis = transposed ? 2 : 1;
        s.uses(
                1,
                view,
                List.of(spread(rowsOut, view.length, outAxis), spread(rowsIn, view.length, 3 - outAxis)),
                List.of(Role.PRODUCER, Role.CONSUMER));
        bias(s, out, Role.PRODUCER);
        s.out(out, true);
    }

    private static Labels rows(Site s, Labels l, int g, int n) {
        if (!l.varies(1)) {
            return Labels.none(2);
        }
        Labels rows = new Labels(new int[] {g, n}, l.ids());
        s.rows(rows, "needs equally many channels in each of its " + g + " groups");
        return rows;
    }

    private static Labels spread(Labels rows, int rank, int axis) {
        int[] dims = Labels.none(rank).dims();
        dims[0] = rows.dims()[0];
        dims[axis] = rows.dims()[1];
        return new Labels(dims, rows.ids());
    }
}
