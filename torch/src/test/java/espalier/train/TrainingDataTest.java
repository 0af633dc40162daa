package espalier.train;

import static org.assertj.core.api.Assertions.assertThat;

import espalier.data.Batches;
import espalier.data.Normalization;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class TrainingDataTest {
    private static Training holdingBackAQuarter() {
        Training d = new Training();
        return new Training(
                1,
                OptionalLong.empty(),
                16,
                d.optimizer(),
                OptionalDouble.empty(),
                d.schedule(),
                0,
                0,
                d.averaging(),
                1,
                0,
                0.25,
                d.augmentation(),
                d.precision(),
                0);
    }

    private static Batches held(long seed) {
        Training how = holdingBackAQuarter().withSeed(seed);
        return TrainingData.of(new Clusters(64, 4, 1, 4, true), Normalization.NONE, how)
                .validation()
                .orElseThrow();
    }

    @Test
    void what_is_held_back_is_the_same_in_every_step_of_every_run() {
        assertThat(held(1_000).batch(0, 0).inputs())
                .isEqualTo(held(1_001).batch(0, 0).inputs());
    }
}
