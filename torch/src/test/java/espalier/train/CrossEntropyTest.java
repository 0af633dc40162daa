package espalier.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import espalier.graph.Shape;
import espalier.torch.Tensors;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class CrossEntropyTest {
    /** Softmax of (ln 2, 0, 0) is (1/2, 1/4, 1/4). Label 0: ln 2. Smoothed by 0.3: 0.8 ln 2 + 0.1 ln 4 + 0.1 ln 4 = 1.2 ln 2. */
    @Test
    void matches_an_example_computed_by_hand() {
        try (PointerScope scope = new PointerScope()) {
            Tensor logits = Tensors.of(espalier.graph.Tensor.floats(Shape.of(1, 3), (float) Math.log(2), 0, 0));
            Tensor label = Tensors.of(espalier.graph.Tensor.longs(0));
            StepViews views =
                    new StepViews(Map.of(), Map.of("z", logits), "z", Optional.of(label), new int[] {0}, 0, 0);
            assertThat(new CrossEntropy().loss(views).item_double()).isCloseTo(Math.log(2), within(1e-6));
            assertThat(new CrossEntropy(0.3).loss(views).item_double()).isCloseTo(1.2 * Math.log(2), within(1e-6));
        }
    }
}
