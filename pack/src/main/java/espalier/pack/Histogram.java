package espalier.pack;

import java.util.Arrays;
import java.util.Optional;

/**
 * Values with how often they occur, rising; and the best way to split them.
 *
 * @param exact whether these are the values themselves and not means of bins
 */
record Histogram(double[] values, double[] counts, boolean exact) {
    /** Both zeros are one value. */
    static Histogram of(float[] all, int bins) {
        Optional<float[]> distinct = distinct(all, bins);
        return distinct.isPresent() ? counted(all, distinct.get()) : binned(all, bins);
    }

    private static Optional<float[]> distinct(float[] all, int most) {
        if (all.length <= most) {
            float[] sorted = new float[all.length];
            for (int i = 0; i < all.length; i++) {
                sorted[i] = all[i] + 0f;
            }
            Arrays.sort(sorted);
            int n = 0;
            for (int i = 0; i < sorted.length; i++) {
                if (n == 0 || sorted[i] != sorted[n - 1]) {
                    sorted[n++] = sorted[i];
                }
            }
            return Optional.of(Arrays.copyOf(sorted, n));
        }
        int[] patterns = new int[all.length];
        for (int i = 0; i < all.length; i++) {
            patterns[i] = Float.floatToRawIntBits(all[i] + 0f);
        }
        return Codebook.distinct(patterns, 0, patterns.length, true, most).map(found -> {
            float[] sorted = new float[found.length];
            for (int i = 0; i < sorted.length; i++) {
                sorted[i] = Float.intBitsToFloat(found[i]);
            }
            Arrays.sort(sorted);
            return sorted;
        });
    }

    private static Histogram counted(float[] all, float[] distinct) {
        double[] values = new double[distinct.length];
        double[] counts = new double[distinct.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = distinct[i];
        }
        for (float v : all) {
            counts[Math.max(0, Arrays.binarySearch(distinct, v + 0f))]++;
        }
        return new Histogram(values, counts, true);
    }

    private static Histogram binned(float[] all, int bins) {
        double lowest = Double.POSITIVE_INFINITY;
        double highest = Double.NEGATIVE_INFINITY;
        for (float v : all) {
            lowest = Math.min(lowest, v);
            highest = Math.max(highest, v);
        }
        double[] sums = new double[bins];
        double[] counts = new double[bins];
        double scale = (bins - 1) / (highest - lowest);
        for (float v : all) {
            int bin = (int) ((v - lowest) * scale);
            sums[bin] += v;
            counts[bin]++;
        }
        int n = 0;
        for (int i = 0; i < bins; i++) {
            if (counts[i] > 0) {
                sums[n] = sums[i] / counts[i];
                counts[n++] = counts[i];
            }
        }
        return new Histogram(Arrays.copyOf(sums, n), Arrays.copyOf(counts, n), false);
    }

    /** Means of the best k consecutive parts. */
    float[] optimum(int k) {
        return new Split(this, Math.min(k, values.length)).centroids();
    }

    /** The dynamic programme: row m has the least error of the first j values in m parts. */
    private static final class Split {
        private final int n;
        private final int k;
        private final double[] weight;
        private final double[] sum;
        private final double[] squares;
        private final char[][] first;
        private double[] before;
        private double[] now;

        Split(Histogram h, int k) {
            this.n = h.values.length;
            this.k = k;
            this.weight = new double[n + 1];
            this.sum = new double[n + 1];
            this.squares = new double[n + 1];
            this.first = new char[k + 1][n + 1];
            this.before = new double[n + 1];
            this.now = new double[n + 1];
            double middle = n == 0 ? 0 : h.values[n / 2];
            for (int i = 0; i < n; i++) {
                double v = h.values[i] - middle;
                weight[i + 1] = weight[i] + h.counts[i];
                sum[i + 1] = sum[i] + h.counts[i] * v;
                squares[i + 1] = squares[i] + h.counts[i] * v * v;
            }
            Arrays.fill(before, Double.POSITIVE_INFINITY);
            before[0] = 0;
            for (int m = 1; m <= k; m++) {
                Arrays.fill(now, Double.POSITIVE_INFINITY);
                fill(m, m, n, m - 1, n - 1);
                double[] swap = before;
                before = now;
                now = swap;
            }
            this.middle = middle;
        }

        private final double middle;

        /** Squared distances to the mean of values from (inclusive) to (exclusive). */
        private double cost(int from, int to) {
            double w = weight[to] - weight[from];
            double s = sum[to] - sum[from];
            return Math.max(0, squares[to] - squares[from] - s * s / w);
        }

        private void fill(int m, int from, int to, int lowest, int highest) {
            if (from > to) {
                return;
            }
            int j = (from + to) >>> 1;
            int best = lowest;
            double least = Double.POSITIVE_INFINITY;
            for (int i = lowest; i <= Math.min(highest, j - 1); i++) {
                double error = before[i] + cost(i, j);
                if (error < least) {
                    least = error;
                    best = i;
                }
            }
            now[j] = least;
            first[m][j] = (char) best;
            fill(m, from, j - 1, lowest, best);
            fill(m, j + 1, to, best, highest);
        }

        float[] centroids() {
            float[] centroids = new float[k];
            int to = n;
            for (int m = k; m >= 1; m--) {
                int from = first[m][to];
                centroids[m - 1] = (float) (middle + (sum[to] - sum[from]) / (weight[to] - weight[from]));
                to = from;
            }
            return centroids;
        }
    }
}
