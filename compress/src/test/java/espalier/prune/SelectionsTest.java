package espalier.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import espalier.graph.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Selections, curves of sensitivity and widths on numbers worked out by hand. */
class SelectionsTest {
    private static final Offset<Double> SAME = within(1e-6);
    private static final Scored A = new Scored("a", new double[] {1, 2, 3, 4});
    private static final Scored B = new Scored("b", new double[] {10, 20, 90, 200, 280});

    @Test
    void per_layer_keeps_the_same_share_everywhere() {
        assertThat(new PerLayer().kept(List.of(A, B), 0.25)).containsExactly(new double[] {3, 3.75}, SAME);
    }

    @Test
    void global_ranks_all_scores_divided_by_their_layers_mean() {
        // a by 2.5: 0.4 0.8 1.2 1.6; b by 120: 0.083 0.167 0.75 1.67 2.33; of nine the four lowest are .083 .167 .4 .75
        assertThat(new Global().kept(List.of(A, B), 4 / 9.0)).containsExactly(3, 2);
        assertThat(new Global().kept(List.of(A, B), 0)).containsExactly(4, 5);
    }

    @Test
    void global_takes_the_same_share_of_equal_scores_from_every_layer() {
        Scored flat = new Scored("flat", new double[] {1, 1, 1, 1});
        Scored mixed = new Scored("mixed", new double[] {0, 1, 1, 1.5, 1.5});
        // the mean of both is 1; three of nine go: the 0, and two of the six ones
        assertThat(new Global().kept(List.of(flat, mixed), 3 / 9.0))
                .containsExactly(new double[] {4 * 4 / 6.0, 2 * 4 / 6.0 + 2}, SAME);
    }

    @Test
    void a_share_of_a_goal_is_a_share_of_its_ratio_or_threshold() {
        assertThat(new Threshold(3).scaled(0.5)).isEqualTo(new Threshold(1.5));
        assertThat(new Deviation(2).scaled(0.25)).isEqualTo(new Deviation(0.5));
        assertThat(new Deviation(2).scaled(0).kept(List.of(A), 0.5)).containsExactly(4);
        assertThat(new Global().scaled(0.5)).isEqualTo(new Global());
        Goal goal = new Goal(0.9, OptionalDouble.of(0.4));
        assertThat(goal.part(0.5)).isEqualTo(new Goal(0.45, OptionalDouble.of(0.7)));
        // beyond the goal at most half of what it leaves: 0.99 would leave a hundredth
        assertThat(goal.part(1.1).ratio()).isEqualTo(0.95);
        assertThat(goal.part(1.1).macs().orElseThrow()).isEqualTo(0.34, SAME);
        assertThat(goal.part(2).macs()).hasValue(0.2);
    }

    @Test
    void lamp_ranks_squares_against_those_of_the_layer_that_are_no_smaller() {
        // a: 1/30 4/29 9/25 16/16 = .033 .138 .36 1; c, squares 4 4 16: 4/24 4/20 16/16 = .167 .2 1
        Scored c = new Scored("c", new double[] {4, 2, 2});
        assertThat(new Lamp().kept(List.of(A, c), 2 / 7.0)).containsExactly(2, 3);
        assertThat(new Lamp().kept(List.of(A, c), 4 / 7.0)).containsExactly(2, 1);
        // the largest of every layer goes last, however small the layer's numbers are
        Scored tiny = new Scored("tiny", new double[] {1e-9, 2e-9, 0});
        assertThat(new Lamp().kept(List.of(A, tiny), 5 / 7.0)).containsExactly(1, 1);
    }

    @Test
    void threshold_keeps_what_is_above_it() {
        assertThat(new Threshold(3).kept(List.of(A, B), 0.5)).containsExactly(1, 5);
        assertThat(new Threshold(3).followsRatio()).isFalse();
        assertThatThrownBy(() -> new Threshold(4).kept(List.of(A, B), 0.5))
                .isInstanceOf(BadInputException.class)
                .hasMessage(
                        "threshold of 4.00 removes all of layer 'a', whose largest score is 4.00: lower it, or exclude the layer");
    }

    @Test
    void deviation_makes_a_threshold_from_each_layers_root_mean_square() {
        // a: sqrt((1 + 4 + 9 + 16) / 4) = 2.74; b: sqrt((100 + 400 + 8100 + 40000 + 78400) / 5) = 159.4
        assertThat(new Deviation(1).kept(List.of(A, B), 0.5)).containsExactly(2, 2);
        assertThat(new Deviation(0.5).kept(List.of(A, B), 0.5)).containsExactly(3, 3);
    }

    private static Curve curve(double... ratiosAndDrops) {
        List<Curve.Point> points = new java.util.ArrayList<>();
        for (int i = 0; i < ratiosAndDrops.length; i += 2) {
            points.add(new Curve.Point(ratiosAndDrops[i], ratiosAndDrops[i + 1]));
        }
        return new Curve(points);
    }

    @Test
    void a_curve_is_interpolated_never_falls_and_ends_with_the_whole_layer_for_all_there_is() {
        Curve c = curve(0.8, 0.5, 0.4, 0.1, 0.6, 0.05);
        assertThat(c.ratioFor(0.05)).isEqualTo(0.2, SAME); // half way to (0.4, 0.1)
        assertThat(c.ratioFor(0.1)).isEqualTo(0.6, SAME); // 0.6 costs no more than 0.4 did
        assertThat(c.ratioFor(0.3)).isEqualTo(0.7, SAME); // half way from (0.6, 0.1) to (0.8, 0.5)
        assertThat(c.ratioFor(0.5)).isEqualTo(0.8, SAME);
        assertThat(c.ratioFor(0.75)).isEqualTo(0.9, SAME); // half way from (0.8, 0.5) to (1, 1)
        assertThat(Curve.UNKNOWN.ratioFor(1)).isZero();
    }

    @Test
    void by_sensitivity_every_layer_loses_what_costs_the_same_drop() {
        // a drop d takes 4 * 2d of a and 5 * d of b up to 0.4: 13 d = half of 9 units at d = 0.346
        Scored a = new Scored("a", A.scores(), curve(0.8, 0.4));
        Scored b = new Scored("b", B.scores(), curve(0.5, 0.5));
        double d = 4.5 / 13;
        assertThat(new BySensitivity().kept(List.of(a, b), 0.5))
                .containsExactly(new double[] {4 - 8 * d, 5 - 5 * d}, SAME);
    }

    @TempDir
    Path folder;

    @Test
    void an_analysis_is_written_read_and_merged() throws IOException {
        Path file = folder.resolve("s.json");
        Sensitivity first = new Sensitivity("accuracy", Map.of("a", curve(0.5, 0.1), "b", curve(0.5, 0.2)));
        first.write(file);
        assertThat(Sensitivity.read(file)).isEqualTo(first);
        Sensitivity second = new Sensitivity("accuracy", Map.of("a", curve(0.5, 0.3, 0.9, 0.6)));
        assertThat(Sensitivity.read(file).merged(second).layers())
                .isEqualTo(Map.of("a", curve(0.5, 0.3, 0.9, 0.6), "b", curve(0.5, 0.2)));
        assertThatThrownBy(() -> first.merged(new Sensitivity("agreement", Map.of())))
                .hasMessage("an analysis of accuracy and one of agreement cannot be merged: write to another file");
        Sensitivity of = new Sensitivity("accuracy", "c0ffee", "channels", Map.of());
        assertThatThrownBy(() -> of.merged(new Sensitivity("accuracy", "decade", "channels", Map.of())))
                .hasMessage("is an analysis of another model: write to another file");
        assertThatThrownBy(() -> of.merged(new Sensitivity("accuracy", "c0ffee", "heads", Map.of())))
                .hasMessage("an analysis of channels and one of heads cannot be merged: write to another file");
        Files.writeString(file, "{\"metric\": \"accuracy\", \"layers\": {\"a\": {\"points\": [{\"ratio\": 2}]}}}");
        assertThatThrownBy(() -> Sensitivity.read(file))
                .hasMessage(file + ": is not an analysis made by espalier sensitivity");
    }

    @Test
    void widths_are_rounded_to_what_kernels_like_and_never_below_the_minimum() {
        Widths w = new Widths(8, 4);
        assertThat(w.nearest(19, 64)).isEqualTo(16);
        assertThat(w.nearest(21, 64)).isEqualTo(24);
        assertThat(w.nearest(3, 64)).isEqualTo(4);
        assertThat(w.nearest(63, 60)).isEqualTo(60);
        assertThat(w.nearest(5.4, 12)).isEqualTo(6); // a group of 12 has a step of 2
        assertThat(w.nearest(1, 3)).isEqualTo(3);
        assertThat(w.above(24, 64)).hasValue(32);
        assertThat(w.above(64, 64)).isEmpty();
        assertThat(w.above(56, 60)).hasValue(60);
        assertThat(new Widths(1, 1).nearest(19.4, 64)).isEqualTo(19);
        // all of them may stay, whatever the step
        assertThat(w.nearest(50, 50)).isEqualTo(50);
        assertThat(w.nearest(49.1, 50)).isEqualTo(50);
        assertThat(w.nearest(49, 50)).isEqualTo(48);
        assertThat(w.nearest(7, 7)).isEqualTo(7);
        assertThat(w.above(48, 50)).hasValue(50);
        assertThat(w.above(50, 50)).isEmpty();
    }
}
