package espalier.pack;

import java.util.Arrays;
import java.util.Random;

/**
 * Few values for many, with the least sum of squared distances: k-means in one dimension.
 *
 * @param centroids rising; fewer than asked for where there are fewer different values
 * @param error the sum of squared distances of all values to their nearest centroid
 */
public record Clustering(float[] centroids, double error) {
    /** Up to so many different values are clustered as they are; more are first put into as many bins. */
    private static final int BINS = 1 << 14;

    private static final int MOST_ROUNDS = 100;

    /**
     * The optimum. Wang, Song: Ckmeans.1d.dp: Optimal k-means Clustering in One Dimension by Dynamic Programming, 2011: D(j, m) =
     * min_i D(i - 1, m - 1) + d(i, j) over sorted values, where the best i never falls as j rises, so that each row is filled by
     * dividing and conquering. Beyond 16,384 different values it is the optimum of their bins.
     */
    public static Clustering exact(float[] values, int k) {
        float[] centroids = Histogram.of(values, BINS).optimum(k);
        return new Clustering(centroids, error(values, centroids));
    }

    /**
     * Lloyd: Least squares quantization in PCM, 1957: each centroid becomes the mean of the values nearest to it, until none moves.
     *
     * @param start centroids to begin with
     */
    public static Clustering lloyd(float[] values, float[] start) {
        float[] centroids = start.clone();
        Arrays.sort(centroids);
        double error = error(values, centroids);
        for (int round = 0; round < MOST_ROUNDS; round++) {
            float[] moved = means(values, centroids);
            double now = error(values, moved);
            if (now >= error) {
                break;
            }
            centroids = moved;
            error = now;
        }
        return new Clustering(centroids, error);
    }

    /** Centroids at equal distances between the smallest and the largest value. */
    public static float[] linear(float[] values, int k) {
        float lowest = Float.POSITIVE_INFINITY;
        float highest = Float.NEGATIVE_INFINITY;
        for (float v : values) {
            lowest = Math.min(lowest, v);
            highest = Math.max(highest, v);
        }
        float[] start = new float[k];
        for (int i = 0; i < k; i++) {
            start[i] = k == 1 ? (lowest + highest) / 2 : lowest + (highest - lowest) * i / (k - 1);
        }
        return start;
    }

    /** Centroids with equally many values between them. */
    public static float[] density(float[] values, int k) {
        float[] sorted = values.clone();
        Arrays.sort(sorted);
        float[] start = new float[k];
        for (int i = 0; i < k; i++) {
            start[i] = sorted[(int) ((2L * i + 1) * sorted.length / (2L * k))];
        }
        return start;
    }

    /** Values picked at random (Forgy's initialisation). */
    public static float[] random(float[] values, int k, long seed) {
        Random random = new Random(seed);
        float[] start = new float[k];
        for (int i = 0; i < k; i++) {
            start[i] = values[random.nextInt(values.length)];
        }
        return start;
    }

    public static double error(float[] values, float[] centroids) {
        Nearest nearest = Nearest.of(centroids);
        double sum = 0;
        for (float v : values) {
            double d = (double) v - centroids[nearest.to(v)];
            sum += d * d;
        }
        return sum;
    }

    private static float[] means(float[] values, float[] centroids) {
        double[] sums = new double[centroids.length];
        long[] counts = new long[centroids.length];
        Nearest nearest = Nearest.of(centroids);
        for (float v : values) {
            int c = nearest.to(v);
            sums[c] += v;
            counts[c]++;
        }
        float[] means = centroids.clone();
        for (int c = 0; c < means.length; c++) {
            means[c] = counts[c] == 0 ? means[c] : (float) (sums[c] / counts[c]);
        }
        Arrays.sort(means);
        return means;
    }
}
