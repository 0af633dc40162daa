package espalier.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import espalier.graph.Shape;
import espalier.torch.Tensors;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class GradientsTest {
    private static Tensor vector(float... values) {
        return Tensors.of(espalier.graph.Tensor.floats(Shape.of(values.length), values));
    }

    /** |(3, 4, 12)| = 13; clipped to 6.5 every element is halved. */
    @Test
    void are_scaled_down_together() {
        try (PointerScope scope = new PointerScope()) {
            Map<String, Tensor> both = new LinkedHashMap<>();
            both.put("a", vector(3, 4));
            both.put("b", vector(12));
            Gradients gradients = new Gradients(both);
            assertThat(gradients.norm()).isCloseTo(13, within(1e-5));
            gradients.clip(13, 20);
            assertThat(Tensors.toHost(both.get("b")).toFloats()).containsExactly(12);
            gradients.clip(13, 6.5);
            assertThat(Tensors.toHost(both.get("a")).toFloats()).containsExactly(new float[] {1.5f, 2}, within(1e-5f));
            assertThat(Tensors.toHost(both.get("b")).toFloats()).containsExactly(new float[] {6}, within(1e-5f));
        }
    }

    @Test
    void name_the_first_that_is_not_finite() {
        try (PointerScope scope = new PointerScope()) {
            Map<String, Tensor> all = new LinkedHashMap<>();
            all.put("good", vector(1));
            all.put("bad", vector(1, Float.POSITIVE_INFINITY));
            all.put("worse", vector(Float.NaN));
            assertThat(new Gradients(all).norm()).isNaN();
            assertThat(new Gradients(all).firstNotFinite()).contains("bad");
        }
    }
}
