package espalier.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import espalier.config.Family;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RangeTest {
    private static Histogram of(float... values) {
        Histogram h = new Histogram("x");
        h.add(values);
        return h;
    }

    /** 10,000 values around 0 and one far away. */
    private static Histogram outlier(float far) {
        Histogram h = new Histogram("x");
        float[] values = new float[10_000];
        Random random = new Random(1);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        h.add(values);
        h.add(new float[] {far});
        return h;
    }

    @Test
    void min_max_covers_all() {
        assertThat(new MinMax().of(of(-3, 0, 5), 255)).isEqualTo(new Interval(-3, 5));
    }

    @Test
    void the_width_of_bins_grows_with_the_values_in_any_order() {
        Histogram rising = new Histogram("x");
        rising.add(new float[] {0, 0.001f, -0.001f});
        rising.add(new float[] {1000, -7});
        Histogram falling = new Histogram("x");
        falling.add(new float[] {1000, -7});
        falling.add(new float[] {0, 0.001f, -0.001f});
        assertThat(rising.count()).isEqualTo(5);
        for (int b = 0; b < rising.bins(); b++) {
            assertThat(rising.in(b)).isEqualTo(falling.in(b));
        }
        assertThat(rising.width()).isEqualTo(1024.0 / Histogram.SIDE);
    }

    /** Of 1..1000, 0.5 % lie below 5.5 and 0.5 % above 995.5. */
    @Test
    void a_percentile_leaves_half_of_the_rest_on_each_side() {
        float[] values = new float[1000];
        for (int i = 0; i < values.length; i++) {
            values[i] = i + 1;
        }
        Interval i = new Percentile(0.99).of(of(values), 255);
        assertThat(i.low()).isCloseTo(5.5, within(0.6));
        assertThat(i.high()).isCloseTo(995.5, within(0.6));
    }

    /**
     * To clip 20 at 4 costs 256. With 255 steps over 24 each of 10,000 values is off by 0.094 / sqrt(12) on average, 7 squared in all, so
     * nothing is cut. With 3 steps of 8 all round to 0 and cost 10,000; with steps of 2.7 they cost some 0.5 each.
     */
    @Test
    void the_squared_error_weighs_clipping_against_steps() {
        assertThat(new Mse().of(outlier(20), 255).high()).isGreaterThan(19);
        assertThat(new Mse().of(outlier(20), 3).high()).isLessThan(6);
    }

    @Test
    void entropy_cuts_an_outlier_off() {
        assertThat(new Entropy().of(outlier(100), 255).high()).isBetween(3.0, 60.0);
    }

    @Test
    void every_range_lies_within_what_was_seen_and_survives_zeros() {
        for (var member : Family.of(Range.class).members()) {
            Range range = espalier.config.Binder.member(
                    Range.class, new espalier.config.Setting.Scalar(member.key(), "test"));
            Interval i = range.of(outlier(100), 255);
            assertThat(i.high()).as(member.key()).isBetween(0.5, 100.0);
            assertThat(i.low()).as(member.key()).isBetween(-10.0, 0.0);
            assertThat(range.of(of(0, 0, 0), 255).largest()).as(member.key()).isZero();
        }
    }

    @Test
    void what_is_not_a_number_is_refused() {
        assertThatThrownBy(() -> of(1, Float.NaN))
                .hasMessage(
                        "value 'x' is NaN for a calibration sample: check the weights and the samples, or exclude the layer");
    }

    /** 0..2.55 in steps of 0.01; -1..1.55 the same, with 0 at 100. */
    @Test
    void a_grid_hits_zero_exactly() {
        Grid positive = Grid.unsigned(new Interval(0.3, 2.55));
        assertThat(positive.zero()).isZero();
        assertThat(positive.scale()).isEqualTo(0.01f, within(1e-9f));
        Grid both = Grid.unsigned(new Interval(-1, 1.55));
        assertThat(both.zero()).isEqualTo(100);
        assertThat(both.nearest(0)).isZero();
        assertThat(both.index(0.304)).isEqualTo(130);
        assertThat(both.index(7)).isEqualTo(255);
    }

    @Test
    void a_grid_below_a_clip_never_exceeds_it() {
        Grid g = Grid.unsigned(new Interval(0, 6)).atMost(6);
        assertThat(g.scale() * 255).isLessThanOrEqualTo(6f);
    }

    /** Rows (1, -2) and (0.5, 0.25) with 64 steps: scales 2 / 64 and 0.5 / 64, numbers (32, -64) and (64, 32). */
    @Test
    void each_channel_of_a_weight_has_its_scale() {
        Tensor w = Tensor.floats(Shape.of(2, 2), 1, -2, 0.5f, 0.25f);
        Signed rows = Signed.of(w, 0, 64, new float[0], 1);
        assertThat(rows.scales()).containsExactly(2f / 64, 0.5f / 64);
        assertThat(rows.numbers().toLongs()).containsExactly(32, -64, 64, 32);
        Signed columns = Signed.of(w, 1, 64, new float[0], 1);
        assertThat(columns.scales()).containsExactly(1f / 64, 2f / 64);
    }

    /** A pruned channel: its bias 3 at an input scale of 0.1 must stay exact and below 2^31. */
    @Test
    void a_channel_of_zeros_keeps_its_bias() {
        Signed w = Signed.of(Tensor.floats(Shape.of(1, 2), 0, 0), 0, 64, new float[] {3}, 0.1);
        float[] scales = {w.scales()[0] * 0.1f};
        long q = Signed.bias(new float[] {3}, scales).longAt(0);
        assertThat(q * scales[0]).isEqualTo(3f, within(1e-6f));
    }
}
