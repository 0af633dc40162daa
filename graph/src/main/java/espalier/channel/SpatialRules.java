package espalier.channel;

/** Operators on images that leave the channels alone. */
final class SpatialRules {
    private SpatialRules() {}

    static boolean apply(Site s) {
        switch (s.node().opType()) {
            case "AveragePool", "GlobalAveragePool", "GlobalLpPool", "GlobalMaxPool", "LpPool", "MaxPool" -> pool(s);
            case "Pad" -> pad(s);
            case "Resize", "Upsample" -> resize(s);
            default -> {
                return false;
            }
        }
        return true;
    }

    private static void pool(Site s) {
        if (!s.node().output(1).isEmpty()) {
            s.keepAll("returns positions that count channels");
            s.out(Labels.none(s.outRank()), false);
            s.out(1, Labels.none(s.outRank()));
            return;
        }
        changed(s, Site.allBut(s.outRank(), 0, 1), true, "pools over it");
    }

    private static void changed(Site s, int[] axes, boolean keepsZero, String text) {
        s.whole(s.in(0), axes, text);
        s.out(Site.first(s.in(0), axes), keepsZero && s.isZero(0));
    }

    /** The value of the padding is not looked at, so padded channels do not count as zero. */
    private static void pad(Site s) {
        int rank = s.outRank();
        long[] pads =
                s.constant(s.node().has("paddings") ? "paddings" : "pads", 1).orElse(null);
        long[] axes = s.constant(3).orElse(null);
        if (pads == null || (s.has(3) && axes == null)) {
            s.keepAll("pads by a computed size");
            s.out(Labels.none(rank), false);
            return;
        }
        boolean[] padded = new boolean[rank];
        int n = pads.length / 2;
        for (int i = 0; i < n; i++) {
            padded[axes == null ? i : s.axis(axes[i], rank)] |= pads[i] != 0 || pads[i + n] != 0;
        }
        changed(s, marked(padded), false, "pads it");
    }

    private static int[] marked(boolean[] axes) {
        int[] out = new int[axes.length];
        int n = 0;
        for (int i = 0; i < axes.length; i++) {
            if (axes[i]) {
                out[n++] = i;
            }
        }
        return java.util.Arrays.copyOf(out, n);
    }

    private static void resize(Site s) {
        if (s.node().textAttr("coordinate_transformation_mode", "").equals("tf_crop_and_resize")) {
            s.keepAll("crops by a region");
            s.out(Labels.none(s.outRank()), false);
            return;
        }
        boolean[] axes = new boolean[s.outRank()];
        for (int i = 0; i < axes.length; i++) {
            axes[i] = s.shape(0)[i] != s.outShape(0)[i] || (s.in(0).varies(i) && s.isOpen(0, i));
        }
        changed(s, marked(axes), true, "resizes it");
    }
}
