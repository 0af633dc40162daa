package espalier.channel;

import java.util.Optional;

/** Operators that normalise: channels that share a statistic stay together, those with their own go alone. */
final class NormalizationRules {
    private static final String SHARES = "takes statistics over it";

    private NormalizationRules() {}

    static boolean apply(Site s) {
        switch (s.node().opType()) {
            case "BatchNormalization" -> batch(s);
            case "InstanceNormalization" -> instance(s);
            case "LayerNormalization", "RMSNormalization" -> layer(s);
            case "LRN" -> over(s, 1);
            case "LpNormalization" -> over(s, s.axisAttr(-1, s.outRank()));
            case "MeanVarianceNormalization" -> meanVariance(s);
            case "Softmax", "LogSoftmax", "Hardmax" -> softmax(s);
            default -> {
                return false;
            }
        }
        return true;
    }

    private static void batch(Site s) {
        Labels in = s.in(0);
        if (in.rank() < 2 || !s.node().output(1).isEmpty()) {
            s.keepAll("normalises in training mode");
            s.out(Labels.none(s.outRank()), false);
            return;
        }
        perChannel(s, in, 1, Role.CHANNEL);
        perChannel(s, in, 2, Role.CHANNEL);
        perChannel(s, in, 3, Role.CHANNEL);
        perChannel(s, in, 4, Role.UNMASKED);
        s.out(in, in.variesOnlyAlong(1) && s.isWeight(1) && s.isWeight(2));
    }

    private static void perChannel(Site s, Labels in, int input, Role role) {
        int[] view = Labels.none(in.rank()).dims();
        view[1] = s.shape(input)[0];
        s.follows(input, view, in, role);
    }

    private static void instance(Site s) {
        Labels in = s.in(0);
        perChannel(s, in, 1, Role.CHANNEL);
        perChannel(s, in, 2, Role.CHANNEL);
        s.whole(in, Site.allBut(in.rank(), 0, 1), SHARES);
        s.out(in, false);
    }

    private static void layer(Site s) {
        Labels in = s.in(0);
        int first = s.axisAttr(-1, in.rank());
        int[] axes = from(first, in.rank());
        s.whole(in, axes, SHARES);
        s.out(in, false);
        s.out(1, Site.first(in, axes));
        s.out(2, Site.first(in, axes));
    }

    private static int[] from(int first, int rank) {
        int[] axes = new int[rank - first];
        for (int i = 0; i < axes.length; i++) {
            axes[i] = first + i;
        }
        return axes;
    }

    private static void over(Site s, int... axes) {
        s.whole(s.in(0), axes, SHARES);
        s.out(s.in(0), false);
    }

    private static void meanVariance(Site s) {
        Optional<long[]> axes = s.node().intsAttr("axes");
        int[] over = {0, 2, 3};
        if (axes.isPresent()) {
            over = new int[axes.get().length];
            for (int i = 0; i < over.length; i++) {
                over[i] = s.axis(axes.get()[i], s.outRank());
            }
        }
        over(s, over);
    }

    /** Before opset 13 over all axes from {@code axis} on. */
    private static void softmax(Site s) {
        int rank = s.outRank();
        if (s.opset() < 13) {
            over(s, from(s.axisAttr(1, rank), rank));
        } else {
            over(s, s.axisAttr(-1, rank));
        }
    }
}
