package espalier.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import espalier.graph.Shape;
import espalier.torch.Tensors;
import java.util.Map;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class AveragingTest {
    private static float average(Averaging how, float... course) {
        try (PointerScope scope = new PointerScope();
                AutoGradMode noGrad = new AutoGradMode(false);
                Kept kept = new Kept()) {
            Tensor weight = Tensors.of(espalier.graph.Tensor.floats(Shape.of(1), course[0]));
            Averages averages = new Averages(Map.of("w", weight), kept);
            for (int i = 0; i < course.length; i++) {
                weight.copy_(Tensors.of(espalier.graph.Tensor.floats(Shape.of(1), course[i])));
                averages.take(how.share(i));
            }
            averages.swap();
            float average = weight.item_float();
            averages.swap();
            assertThat(weight.item_float()).isEqualTo(course[course.length - 1]);
            return average;
        }
    }

    /** 8; then d = 2/11: 8 * 2/11 + 4 * 9/11; then d = 0.2, since 3/12 is more: 0.2 * 4.7273 + 0.8 * 1. */
    @Test
    void ema_forgets_the_beginning_soon() {
        assertThat(average(new Ema(0.2), 8, 4, 1))
                .isCloseTo((float) (0.2 * (8 * 2 / 11.0 + 4 * 9 / 11.0) + 0.8), within(1e-5f));
    }

    @Test
    void swa_is_the_mean() {
        assertThat(average(new Swa(), 8, 4, 1, 7)).isCloseTo(5, within(1e-5f));
    }

    /** 10 steps in epochs of 4, the last one broken, from step 5 on: the ends after 8 and after 10 steps. */
    @Test
    void swa_takes_the_ends_of_the_last_epochs() {
        assertThat(LongStream.range(0, 10).filter(s -> new Swa(0.5).takes(s, 10, 4)))
                .containsExactly(7L, 9L);
    }
}
