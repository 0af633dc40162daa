package espalier.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ClusteringTest {
    private static float[] normal(int n, long seed) {
        Random random = new Random(seed);
        float[] v = new float[n];
        for (int i = 0; i < n; i++) {
            v[i] = (float) random.nextGaussian();
        }
        return v;
    }

    /** The least error over every way to split sorted values into k parts. */
    private static double best(float[] sorted, int from, int k) {
        if (k == 1) {
            return spread(sorted, from, sorted.length);
        }
        double least = spread(sorted, from, sorted.length);
        for (int to = from + 1; to < sorted.length; to++) {
            least = Math.min(least, spread(sorted, from, to) + best(sorted, to, k - 1));
        }
        return least;
    }

    private static double spread(float[] v, int from, int to) {
        double mean = 0;
        for (int i = from; i < to; i++) {
            mean += v[i];
        }
        mean /= to - from;
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += (v[i] - mean) * (v[i] - mean);
        }
        return sum;
    }

    @Test
    void splits_what_can_be_split_by_hand() {
        // 1 2 | 8 10: means 1.5 and 9, error 0.25 + 0.25 + 1 + 1
        Clustering c = Clustering.exact(new float[] {8, 1, 10, 2}, 2);
        assertThat(c.centroids()).containsExactly(1.5f, 9f);
        assertThat(c.error()).isEqualTo(2.5);
    }

    @Test
    void both_zeros_are_one_value() {
        float[] few = {-1, -0f, 0f, 0f, 5};
        for (int bins : new int[] {4, 8}) {
            Histogram h = Histogram.of(few, bins);
            assertThat(h.values()).containsExactly(-1, 0, 5);
            assertThat(h.counts()).containsExactly(1, 3, 1);
        }
    }

    @Test
    void finds_the_optimum_that_trying_everything_finds() {
        for (int trial = 0; trial < 200; trial++) {
            float[] v = normal(3 + trial % 9, trial);
            for (int i = 0; trial % 3 == 0 && i < v.length; i++) {
                v[i] = Math.round(2 * v[i]); // ties
            }
            float[] sorted = v.clone();
            Arrays.sort(sorted);
            for (int k = 1; k <= 4; k++) {
                assertThat(Clustering.exact(v, k).error()).isCloseTo(best(sorted, 0, k), within(1e-5));
            }
        }
    }

    @Test
    void is_never_worse_than_lloyd_from_any_start() {
        float[] v = normal(800, 7);
        for (int k : new int[] {2, 7, 16}) {
            double exact = Clustering.exact(v, k).error();
            for (int start = 0; start < 100; start++) {
                float[] from = start == 0
                        ? Clustering.linear(v, k)
                        : start == 1 ? Clustering.density(v, k) : Clustering.random(v, k, start);
                assertThat(exact).isLessThanOrEqualTo(Clustering.lloyd(v, from).error() * (1 + 1e-6));
            }
        }
    }

    @Test
    void is_about_as_good_when_values_are_put_into_bins() {
        float[] v = normal(80_000, 3);
        double exact = Clustering.exact(v, 16).error();
        assertThat(exact)
                .isLessThanOrEqualTo(
                        Clustering.lloyd(v, Clustering.density(v, 16)).error() * (1 + 1e-6));
        // the optimal quantizer of 16 levels of a normal distribution: Max, 1960, table I
        assertThat(exact / v.length).isCloseTo(0.009497, within(3e-4));
    }

    @Test
    void needs_no_more_centroids_than_there_are_values() {
        assertThat(Clustering.exact(new float[] {3, 3, 1}, 8).centroids()).containsExactly(1f, 3f);
        assertThat(Clustering.exact(new float[] {5}, 2).error()).isZero();
    }
}
