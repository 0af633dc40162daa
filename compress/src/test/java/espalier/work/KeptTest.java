package espalier.work;

import static org.assertj.core.api.Assertions.assertThat;

import espalier.graph.Model;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.zoo.Zoo;
import java.util.Map;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

/** Which weights have a structure that training keeps. */
class KeptTest {
    private static final Model NET = Zoo.create("mlp-32-16", 1, 4, 4, 4, 1);
    private static final Random RANDOM = new Random(1);

    /** The network with other numbers in its first layer, 32 rows of 16. */
    private static Model with(IntToDoubleFunction weight) {
        float[] w = new float[32 * 16];
        for (int i = 0; i < w.length; i++) {
            w[i] = (float) weight.applyAsDouble(i);
        }
        return NET.withGraph(NET.graph().plusInitializers(Map.of("fc1.weight", Tensor.floats(Shape.of(32, 16), w))));
    }

    private static String note(IntToDoubleFunction weight) {
        return Kept.of(with(weight)).note().orElse("");
    }

    @Test
    void zeros_and_shared_values_are_found_and_chance_is_not() {
        assertThat(Kept.of(NET).note()).isEmpty();
        assertThat(note(i -> i % 10 == 0 ? 0 : RANDOM.nextGaussian()))
                .isEqualTo("kept in training: the zeros of fc1.weight");
        assertThat(note(i -> i % 11 == 0 ? 0 : RANDOM.nextGaussian())).isEmpty();
        assertThat(note(i -> i % 5)).isEqualTo("kept in training: the values of fc1.weight");
        // each row has two values of its own, and so has each column
        assertThat(note(i -> (i / 16 + 1) * (i % 2 == 0 ? 1 : -1))).startsWith("kept in training: the values");
        assertThat(note(i -> (i % 16 + 1) * (i % 3 == 0 ? 1 : -1))).startsWith("kept in training: the values");
        // constant, and the identity: how layers may begin, not what they learned
        assertThat(note(i -> 0.5)).isEmpty();
        assertThat(note(i -> i / 16 == i % 16 ? 1 : 0)).isEmpty();
    }

    @Test
    void what_another_network_lost_is_named() {
        Model sparse = with(i -> i % 4 == 0 ? 0 : i);
        Model few = with(i -> i % 4);
        assertThat(Kept.of(sparse).lostIn(few)).isEmpty();
        assertThat(Kept.of(few).lostIn(sparse)).containsExactly("values of fc1.weight");
        assertThat(Kept.of(sparse).lostIn(NET)).containsExactly("zeros of fc1.weight");
        assertThat(Kept.of(few).lostIn(few)).isEmpty();
        assertThat(Kept.of(few).lostIn(Zoo.create("mlp-8", 1, 4, 4, 4, 1))).isEmpty();
    }
}
