package espalier.exit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import espalier.config.Component;
import espalier.config.Family;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ExitRuleTest {
    private static final float[] HALF = {0.5f, 0.25f, 0.25f};
    private static final float[] SURE = {0, 1, 0};

    static List<Family.Member<ExitRule>> rules() {
        return Family.of(ExitRule.class).members();
    }

    @ParameterizedTest
    @MethodSource("rules")
    void always_lets_all_leave_and_never_none(Family.Member<ExitRule> member) {
        ExitRule rule = (ExitRule) Component.defaults(member.type());
        for (List<float[]> passed : List.of(List.of(HALF), List.of(SURE), List.of(SURE, HALF), List.of(HALF, HALF))) {
            double measure = rule.measure(passed);
            assertThat(measure).isNotNegative().isFinite();
            assertThat(rule.leaves(measure, rule.always())).isTrue();
            assertThat(rule.leaves(measure, rule.never())).isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("rules")
    void scores_that_are_no_numbers_are_not_sure(Family.Member<ExitRule> member) {
        ExitRule rule = (ExitRule) Component.defaults(member.type());
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            float[] passed = Probabilities.of(new float[] {1, bad, 2}, 0, 3);
            assertThat(rule.leaves(rule.measure(List.of(passed)), 0.5)).isFalse();
        }
    }

    /** H = 1/2 ln 2 + 2 * 1/4 ln 4 = 1.5 ln 2. */
    @Test
    void entropy_is_in_nats() {
        assertThat(new Entropy().measure(List.of(HALF))).isCloseTo(1.5 * Math.log(2), within(1e-6));
        assertThat(new Entropy().measure(List.of(SURE))).isZero();
    }

    @Test
    void margin_is_the_distance_of_the_two_largest() {
        assertThat(new Margin().measure(List.of(HALF))).isCloseTo(0.25, within(1e-6));
        assertThat(new Margin().measure(List.of(SURE))).isEqualTo(1);
        assertThat(new MaxProbability().measure(List.of(HALF))).isEqualTo(0.5);
    }

    /** Only exits in a row that agree with the newest count. */
    @Test
    void patience_counts_agreeing_exits() {
        assertThat(new Patience().measure(List.of(SURE))).isZero();
        assertThat(new Patience().measure(List.of(HALF, SURE, SURE, SURE))).isEqualTo(2);
        assertThat(new Patience().measure(List.of(SURE, SURE, HALF))).isZero();
    }
}
