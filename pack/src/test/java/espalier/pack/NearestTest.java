package espalier.pack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NearestTest {
    @Test
    void knows_which_centroid_is_nearest() {
        Nearest nearest = Nearest.of(new float[] {-1, 0, 4});
        assertThat(nearest.to(-7)).isZero();
        assertThat(nearest.to(-0.5f)).isZero();
        assertThat(nearest.to(-0.4f)).isEqualTo(1);
        assertThat(nearest.to(2)).isEqualTo(1);
        assertThat(nearest.to(2.1f)).isEqualTo(2);
        assertThat(nearest.to(Float.POSITIVE_INFINITY)).isEqualTo(2);
        assertThat(Nearest.of(new float[] {3}).to(-2)).isZero();
        assertThat(Nearest.of(new float[] {3, 3}).to(9)).isEqualTo(1);
    }

    @Test
    void agrees_with_looking_at_every_centroid() {
        Random random = new Random(1);
        for (int trial = 0; trial < 300; trial++) {
            float[] centroids = new float[1 + random.nextInt(40)];
            for (int i = 0; i < centroids.length; i++) {
                // from evenly spread to nearly all in one place
                centroids[i] = (float) (Math.pow(random.nextGaussian(), 1 + 2 * (trial % 4)));
            }
            Arrays.sort(centroids);
            Nearest nearest = Nearest.of(centroids);
            for (int i = 0; i < 100; i++) {
                float v = i < centroids.length ? centroids[i] : (float) (3 * random.nextGaussian());
                assertThat(Math.abs((double) v - centroids[nearest.to(v)])).isEqualTo(least(centroids, v));
            }
        }
    }

    private static double least(float[] centroids, float value) {
        double least = Double.POSITIVE_INFINITY;
        for (float c : centroids) {
            least = Math.min(least, Math.abs((double) value - c));
        }
        return least;
    }
}
