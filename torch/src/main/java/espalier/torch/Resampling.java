package espalier.torch;

import espalier.graph.BadInputException;

/**
 * How one axis is resampled: for every output element which input elements it is made of and with which weights, as the
 * specification of Resize defines them.
 */
final class Resampling {
    private final long in;
    private final long[][] indices;
    private final double[][] weights;
    private final long[] outside;

    /**
     * @param mode nearest, linear or cubic
     * @param transformation how output coordinates become input coordinates
     * @param nearest how a coordinate is rounded in nearest mode
     * @param cubic the coefficient a of the cubic kernel
     * @param excludeOutside whether weights of elements outside the input are dropped instead of moved to the border
     * @param antialias whether the kernel is stretched when the axis shrinks
     */
    record Options(
            String mode,
            String transformation,
            String nearest,
            double cubic,
            boolean excludeOutside,
            boolean antialias) {
        double coordinate(double i, double in, double out, double scale, double start, double end) {
            return single(unrounded(i, in, out, single(scale), start, end));
        }

        private double unrounded(double i, double in, double out, double scale, double start, double end) {
            double centre = single((i + 0.5) / scale);
            return switch (transformation) {
                case "half_pixel" -> centre - 0.5;
                case "tf_half_pixel_for_nn" -> centre;
                case "half_pixel_symmetric" -> in / 2 * (1 - single(out / single(scale * in))) + centre - 0.5;
                case "pytorch_half_pixel" -> out > 1 ? centre - 0.5 : 0;
                case "align_corners" -> out > 1 ? i * (in - 1) / (out - 1) : 0;
                case "asymmetric" -> i / scale;
                case "tf_crop_and_resize" ->
                    out > 1
                            ? start * (in - 1) + i * (end - start) * (in - 1) / (out - 1)
                            : 0.5 * (start + end) * (in - 1);
                default ->
                    throw BadInputException.of("coordinate_transformation_mode '%s' is not supported", transformation);
            };
        }

        /** In nearest mode ONNX Runtime computes in 32 bits, and the last of them can decide which element is taken. */
        private double single(double x) {
            return mode.equals("nearest") ? (float) x : x;
        }

        double round(double x) {
            return switch (nearest) {
                case "floor" -> Math.floor(x);
                case "ceil" -> Math.ceil(x);
                case "round_prefer_ceil" -> Math.floor(x + 0.5);
                default -> Math.ceil(x - 0.5);
            };
        }

        /** The kernel at a distance from its centre. */
        double kernel(double distance) {
            double d = Math.abs(distance);
            if (mode.equals("cubic")) {
                return d <= 1
                        ? ((cubic + 2) * d - (cubic + 3)) * d * d + 1
                        : d < 2 ? ((cubic * d - 5 * cubic) * d + 8 * cubic) * d - 4 * cubic : 0;
            }
            return Math.max(0, 1 - d);
        }

        /** How far the kernel reaches. */
        int reach() {
            return mode.equals("cubic") ? 2 : 1;
        }
    }

    private Resampling(int taps, long in, long out) {
        this.in = in;
        this.indices = new long[taps][Math.toIntExact(out)];
        this.weights = new double[taps][Math.toIntExact(out)];
        this.outside = new long[Math.toIntExact(out)];
    }

    /**
     * @param in size of the axis
     * @param out size it gets
     * @param scale as declared; not always out / in
     * @param start and {@code end}: the region of interest, in parts of the axis
     */
    static Resampling of(Options options, long in, long out, double scale, double start, double end) {
        double squeeze = options.antialias ? Math.min(1, scale) : 1;
        int reach = (int) Math.ceil(options.reach() / squeeze);
        boolean nearest = options.mode.equals("nearest");
        Resampling r = new Resampling(nearest ? 1 : 2 * reach, in, out);
        for (int i = 0; i < out; i++) {
            double x = options.coordinate(i, in, out, scale, start, end);
            r.outside[i] = x < 0 || x > in - 1 ? 1 : 0;
            if (nearest) {
                r.indices[0][i] = Math.max(0, Math.min(in - 1, (long) options.round(x)));
                r.weights[0][i] = 1;
            } else {
                r.weigh(options, i, x, squeeze, reach);
            }
        }
        return r;
    }

    private void weigh(Options options, int i, double x, double squeeze, int reach) {
        long first = (long) Math.floor(x) - reach + 1;
        double sum = 0;
        for (int k = 0; k < indices.length; k++) {
            long at = first + k;
            boolean dropped = options.excludeOutside && (at < 0 || at >= in);
            weights[k][i] = dropped ? 0 : options.kernel((at - x) * squeeze);
            indices[k][i] = Math.max(0, Math.min(in - 1, at));
            sum += weights[k][i];
        }
        for (double[] w : weights) {
            w[i] /= sum;
        }
    }

    int taps() {
        return indices.length;
    }

    long size() {
        return outside.length;
    }

    long[] indices(int tap) {
        return indices[tap];
    }

    double[] weights(int tap) {
        return weights[tap];
    }

    /** 1 for output elements whose coordinate lies outside the input. */
    long[] outside() {
        return outside;
    }

    /** Whether every output element is the input element at its place. */
    boolean isIdentity() {
        if (in != size()) {
            return false;
        }
        for (int i = 0; i < in; i++) {
            double own = 0;
            for (int k = 0; k < taps(); k++) {
                own += indices[k][i] == i ? weights[k][i] : 0;
            }
            if (Math.abs(own - 1) > 1e-12 || outside[i] != 0) {
                return false;
            }
        }
        return true;
    }
}
