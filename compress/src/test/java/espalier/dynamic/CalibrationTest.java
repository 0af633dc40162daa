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
}
