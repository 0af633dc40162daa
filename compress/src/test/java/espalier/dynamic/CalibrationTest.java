package espalier.dynamic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import espalier.exit.MaxProbability;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Four samples of class 0 and two exits at 10 and 100 multiply-adds. The first exit gives class 0 with probability 0.9, 0.8, 0.3 and
 * 0.6: right, right, wrong, right. The last exit is wrong on the last sample only.
 */
class CalibrationTest {
    private static final float[] FIRST = {0.9f, 0.1f, 0.8f, 0.2f, 0.3f, 0.7f, 0.6f, 0.4f};
    private static final float[] LAST = {0.9f, 0.1f, 0.9f, 0.1f, 0.9f, 0.1f, 0.2f, 0.8f};
    private static final Calibration CALIBRATION =
            Calibration.of(new MaxProbability(), List.of(FIRST, LAST), new long[4], new long[] {10, 100});

    /** The surest two leave: (2 * 10 + 2 * 100) / 4 = 55, right are 1, 2 and 3. */
    @Test
    void a_threshold_leads_to_what_is_counted_by_hand() {
        OperatingPoint p = CALIBRATION.at(List.of(0.75));
        assertThat(p.accuracy()).isEqualTo(0.75);
        assertThat(p.macs()).isCloseTo(55, within(1e-9));
        assertThat(p.shares()).containsExactly(0.5, 0.5);
    }

    @Test
    void both_ends_are_the_exits_alone() {
        MaxProbability rule = new MaxProbability();
        assertThat(CALIBRATION.at(List.of(rule.always())).accuracy())
                .isEqualTo(CALIBRATION.only(0).accuracy())
                .isEqualTo(0.75);
        assertThat(CALIBRATION.at(List.of(rule.never())).accuracy())
                .isEqualTo(CALIBRATION.only(1).accuracy())
                .isEqualTo(0.75);
    }

    /**
     * All at 0.6 leave but the third, whose measure is 0.7: a lower threshold lets it go too. At 0.8 two leave, (20 + 200) / 4 = 55; all
     * leave at 10 with the same accuracy of 0.75.
     */
    @Test
    void the_cheapest_thresholds_above_a_floor_are_found() {
        assertThat(CALIBRATION.cheapest(0.75).macs()).isEqualTo(10);
        assertThat(CALIBRATION.cheapest(1.01).accuracy()).isEqualTo(0.75);
    }

    /** Within 55 at most the surest two leave or all do; all are right as often and cost less. */
    @Test
    void the_most_accurate_thresholds_within_a_budget_are_found() {
        assertThat(CALIBRATION.mostAccurate(55).macs()).isEqualTo(10);
        assertThat(CALIBRATION.mostAccurate(10).macs()).isEqualTo(10);
        assertThat(CALIBRATION.curve(5)).hasSize(1);
    }
}
