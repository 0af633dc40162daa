package espalier.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    @Test
    void constant_never_changes() {
        assertThat(new Constant().at(0, 10)).isEqualTo(1);
        assertThat(new Constant().at(9, 10)).isEqualTo(1);
    }

    @Test
    void step_falls_at_its_milestones() {
        StepDecay schedule = new StepDecay(List.of(0.5, 0.75), 0.1);
        assertThat(schedule.at(49, 100)).isEqualTo(1);
        assertThat(schedule.at(50, 100)).isEqualTo(0.1);
        assertThat(schedule.at(74, 100)).isEqualTo(0.1);
        assertThat(schedule.at(75, 100)).isCloseTo(0.01, within(1e-12));
    }

    /** cos(0) = 1, cos(pi/3) = 1/2, cos(pi/2) = 0. */
    @Test
    void cosine_falls_to_its_floor() {
        assertThat(new Cosine(0.2).at(0, 60)).isEqualTo(1);
        assertThat(new Cosine(0.2).at(20, 60)).isCloseTo(0.2 + 0.8 * 0.75, within(1e-12));
        assertThat(new Cosine(0.2).at(30, 60)).isCloseTo(0.6, within(1e-12));
        assertThat(new Cosine(0.2).at(60, 60)).isCloseTo(0.2, within(1e-12));
    }

    /** 0.3 of 100 steps: the top is step 29; half-way up, cos(pi/2) = 0 gives the mean. */
    @Test
    void one_cycle_rises_and_falls() {
        OneCycle schedule = new OneCycle(0.3, 0.04, 0.001);
        assertThat(schedule.at(0, 100)).isCloseTo(0.04, within(1e-12));
        assertThat(new OneCycle(0.31, 0.04, 0.001).at(15, 100)).isCloseTo(0.52, within(1e-12));
        assertThat(schedule.at(29, 100)).isCloseTo(1, within(1e-12));
        assertThat(schedule.at(64, 100)).isCloseTo(0.5005, within(1e-12));
        assertThat(schedule.at(99, 100)).isCloseTo(0.001, within(1e-12));
    }

    @Test
    void one_cycle_of_a_single_step_is_finite() {
        for (int steps = 1; steps < 5; steps++) {
            for (int step = 0; step < steps; step++) {
                assertThat(new OneCycle().at(step, steps)).isBetween(0.0, 1.0);
            }
        }
    }

    @Test
    void warm_up_rises_to_the_beginning_of_the_schedule() {
        Schedule schedule = new Cosine(0);
        assertThat(schedule.at(0, 104, 4)).isEqualTo(0.25);
        assertThat(schedule.at(3, 104, 4)).isEqualTo(1);
        assertThat(schedule.at(4, 104, 4)).isEqualTo(1);
        assertThat(schedule.at(54, 104, 4)).isCloseTo(0.5, within(1e-12));
    }
}
