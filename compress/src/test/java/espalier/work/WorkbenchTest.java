package espalier.work;

import static org.assertj.core.api.Assertions.assertThat;

import espalier.data.Batches;
import espalier.data.DataSource;
import espalier.data.Normalization;
import espalier.graph.Model;
import espalier.zoo.Zoo;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WorkbenchTest {
    private static final Model MODEL = Zoo.create("mlp-4", 1, 4, 4, 4, 1);

    private static Batches sample(int of, int samples) {
        return new Workbench(
                        MODEL,
                        DataSource.of(new Spots(0, of, true)),
                        Normalization.NONE,
                        OrtJudge.still(),
                        Monitor.SILENT,
                        Path.of("none.ckpt"),
                        1,
                        Optional.empty())
                .sample(MODEL, samples);
    }

    @Test
    void a_sample_has_as_many_samples_as_are_asked_for_or_all() {
        assertThat(sample(20, 3).data().size()).isEqualTo(3);
        assertThat(sample(20, 30).data().size()).isEqualTo(20);
        assertThat(sample(1, 30).data().size()).isEqualTo(1);
    }
}
