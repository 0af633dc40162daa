package espalier.dynamic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import espalier.exit.Entropy;
import espalier.exit.MaxProbability;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Four samples of class 0 and two exits at 10 and 100 multiply-adds. The first exit gives class 0 with probability 0.9, 0.8, 0.3 and
 * 0.6: right, right, wrong, right. The last exit is wrong on the last sample only, or on none.
 */
class ThresholdSearchTest {
    private static final float[] FIRST = {0.9f, 0.1f, 0.8f, 0.2f, 0.3f, 0.7f, 0.6f, 0.4f};
    private static final float[] LAST = {0.9f, 0.1f, 0.9f, 0.1f, 0.9f, 0.1f, 0.2f, 0.8f};
    private static final float[] RIGHT = {0.9f, 0.1f, 0.9f, 0.1f, 0.9f, 0.1f, 0.9f, 0.1f};
    private static final ThresholdSearch SEARCH = search(FIRST, LAST);

    private static ThresholdSearch search(float[] first, float[] last) {
        return ThresholdSearch.of(
                Calibration.of(new MaxProbability(), List.of(first, last), new long[4], new long[] {10, 100}));
    }

    /**
     * All at 0.6 leave but the third, whose measure is 0.7: a lower threshold lets it go too. At 0.8 two leave, (20 + 200) / 4 = 55; all
     * leave at 10 with the same accuracy of 0.75.
     */
    @Test
    void the_cheapest_thresholds_above_a_floor_are_found() {
        assertThat(SEARCH.cheapest(0.75).macs()).isEqualTo(10);
        assertThat(SEARCH.cheapest(1.01).accuracy()).isEqualTo(0.75);
    }

    /** Within 55 at most the surest two leave or all do; all are right as often and cost less. */
    @Test
    void the_most_accurate_thresholds_within_a_budget_are_found() {
        assertThat(SEARCH.mostAccurate(55).macs()).isEqualTo(10);
        assertThat(SEARCH.mostAccurate(10).macs()).isEqualTo(10);
        assertThat(SEARCH.curve(5)).hasSize(1);
    }

    @Test
    void scores_that_are_no_numbers_give_no_threshold() {
        float[] none = new float[FIRST.length];
        Arrays.fill(none, Float.NaN);
        ThresholdSearch search = ThresholdSearch.of(
                Calibration.of(new Entropy(), List.of(none, RIGHT), new long[4], new long[] {10, 100}));
        assertThat(search.cheapest(1).thresholds()).containsExactly(new Entropy().never());
    }

    /** Only the surest two may leave: at 0.9 one does, (10 + 300) / 4 = 77.5, at 0.7 the third does, which is wrong. */
    @Test
    void a_threshold_between_the_ends_reaches_a_floor() {
        ThresholdSearch search = search(FIRST, RIGHT);
        assertThat(search.cheapest(1).thresholds().get(0)).isCloseTo(0.8, within(1e-6));
        assertThat(search.cheapest(1).macs()).isCloseTo(55, within(1e-9));
        assertThat(search.mostAccurate(60).accuracy()).isEqualTo(1);
        assertThat(search.mostAccurate(54).macs()).isEqualTo(10);
    }

    /**
     * Eight samples for each exit, which is right on them with 0.80 to 0.87 and wrong on those of later exits with 0.60 to 0.67. So at 0.8
     * all leave where they should, at a mean of 10, 20, ..., which is 10 (exits + 1) / 2, and any other threshold costs more or errs.
     */
    @ParameterizedTest
    @ValueSource(ints = {7, 15})
    void each_of_many_exits_gets_its_own_threshold(int exits) {
        ThresholdSearch search = ThresholdSearch.of(
                Calibration.of(new MaxProbability(), scores(exits), new long[8 * exits], macs(exits)));
        OperatingPoint found = search.cheapest(1);
        assertThat(found.accuracy()).isEqualTo(1);
        assertThat(found.macs()).isCloseTo(5.0 * (exits + 1), within(1e-9));
        assertThat(found.thresholds())
                .hasSize(exits - 1)
                .allSatisfy(t -> assertThat(t).isCloseTo(0.8, within(1e-6)));
        assertThat(search.mostAccurate(10).macs()).isCloseTo(10, within(1e-9));
    }

    private static List<float[]> scores(int exits) {
        List<float[]> all = new ArrayList<>();
        for (int exit = 0; exit < exits; exit++) {
            float[] scores = new float[16 * exits];
            for (int i = 0; i < 8 * exits; i++) {
                float sure = (i / 8 <= exit ? 0.8f : 0.6f) + i % 8 / 100f;
                scores[2 * i] = i / 8 <= exit ? sure : 1 - sure;
                scores[2 * i + 1] = 1 - scores[2 * i];
            }
            all.add(scores);
        }
        return all;
    }

    private static long[] macs(int exits) {
        long[] macs = new long[exits];
        Arrays.setAll(macs, k -> 10L * (k + 1));
        return macs;
    }
}
