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

    /** 600 rows of 16 weights. */
    private static Model wide(IntToDoubleFunction weight) {
        Model wide = Zoo.create("mlp-600-8", 1, 4, 4, 4, 1);
        float[] w = new float[600 * 16];
        for (int i = 0; i < w.length; i++) {
            w[i] = (float) weight.applyAsDouble(i);
        }
        return wide.withGraph(wide.graph().plusInitializers(Map.of("fc1.weight", Tensor.floats(Shape.of(600, 16), w))));
    }

    /** Two values in each row, the same two in the first two rows; too many in all. */
    @Test
    void equal_values_of_different_rows_stay_apart() {
        Kept kept = Kept.of(wide(i -> Math.max(1, i / 16) * (i % 2 == 0 ? 1 : -1)));
        assertThat(kept.labels()).containsOnlyKeys("fc1.weight");
        int[] labels = kept.labels().getOrDefault("fc1.weight", new int[0]);
        assertThat(labels[2]).isEqualTo(labels[0]);
        assertThat(labels[16]).isNotEqualTo(labels[0]);
    }

    /** Coarse numbers, as of half precision: each several times in the layer, but hardly twice in a row. */
    @Test
    void numbers_that_are_equal_by_chance_are_not_kept_so() {
        assertThat(Kept.of(wide(i -> Math.round(500 * RANDOM.nextGaussian()) / 500.0))
                        .labels())
                .isEmpty();
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
