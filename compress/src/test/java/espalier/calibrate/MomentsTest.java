package espalier.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import espalier.graph.BadInputException;
import espalier.graph.Model;
import espalier.graph.Tensor;
import espalier.torch.Threads;
import espalier.zoo.Zoo;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class MomentsTest {
    @BeforeAll
    static void one_thread() {
        Threads.set(1);
    }

    /** Mean and variance of one channel in two passes. */
    static double[] moments(Tensor t, int channel) {
        int channels = (int) t.shape().dim(1);
        int perChannel = (int) (t.elements() / t.shape().dim(0) / channels);
        double sum = 0;
        double squares = 0;
        double n = (double) t.elements() / channels;
        for (int i = 0; i < t.elements(); i++) {
            sum += i / perChannel % channels == channel ? t.doubleAt(i) : 0;
        }
        for (int i = 0; i < t.elements(); i++) {
            double d = t.doubleAt(i) - sum / n;
            squares += i / perChannel % channels == channel ? d * d : 0;
        }
        return new double[] {sum / n, squares / n};
    }

    @Test
    void moments_over_small_batches_are_those_of_all_samples_together() {
        Model m = Trained.like(Zoo.create("resnet8@0.5", 3, 8, 8, 10, 1), 2);
        Noise noise = Noise.of(50, 3, 8, 8);
        List<String> values = List.of("conv1", "layer2.0.add", "layer3.0.bn2", "flatten", "logits");
        Map<String, ChannelMoments> found = Moments.of(m, noise.batches(7), values, 50);
        assertThat(found).containsOnlyKeys(values);
        for (String v : values) {
            Tensor all = Referee.value(m, noise.batches(50), v);
            ChannelMoments got = found.get(v);
            assertThat(got.channels()).isEqualTo((int) all.shape().dim(1));
            for (int c = 0; c < got.channels(); c++) {
                double[] expected = moments(all, c);
                assertThat(got.mean()[c]).as(v).isEqualTo(expected[0], within(1e-4 * Math.sqrt(expected[1])));
                assertThat(got.variance()[c]).as(v).isEqualTo(expected[1], within(1e-4 * expected[1]));
            }
        }
    }

    @Test
    void only_as_many_samples_as_asked_for_are_looked_at() {
        Model m = Zoo.create("lenet300-100", 1, 4, 4, 3, 1);
        Noise noise = Noise.of(60, 1, 4, 4);
        ChannelMoments some =
                Moments.of(m, noise.batches(60), List.of("fc1"), 37).get("fc1");
        ChannelMoments alone = Moments.of(m, Noise.of(37, 1, 4, 4).batches(10), List.of("fc1"), 1000)
                .get("fc1");
        assertThat(some.mean()).containsExactly(alone.mean(), within(1e-9));
        assertThat(some.variance()).containsExactly(alone.variance(), within(1e-9));
    }

    @Test
    void a_small_spread_around_a_large_mean_is_not_lost() {
        Moments m = new Moments();
        m.add(2, new double[] {1e9 + 1}, new double[] {0.25});
        m.add(2, new double[] {1e9 + 2}, new double[] {0.25});
        assertThat(m.result().mean()).containsExactly(1e9 + 1.5);
        assertThat(m.result().variance()).containsExactly(0.5);
    }

    @Test
    void a_value_without_channels_is_refused() {
        Model m = Zoo.create("lenet300-100", 1, 4, 4, 3, 1);
        Noise noise = Noise.of(4, 1, 4, 4);
        assertThatThrownBy(() -> Moments.of(m, noise.batches(4), Map.of("fc1", 2), 4))
                .isInstanceOf(BadInputException.class)
                .hasMessage("value 'fc1' has 2 axes: its channels cannot lie along axis 2");
        assertThatThrownBy(() -> Moments.of(m, noise.batches(4), List.of("fc9"), 4))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("fc9");
    }
}
