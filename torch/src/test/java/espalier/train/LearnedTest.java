package espalier.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import espalier.data.DataSet;
import espalier.data.Normalization;
import espalier.graph.Model;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.torch.Program;
import espalier.torch.Tensors;
import espalier.torch.Threads;
import espalier.zoo.Zoo;
import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Parameters that a parametrization brings along. */
class LearnedTest {
    private static final Model MODEL = Zoo.create("lenet5", 1, 16, 16, 4, 1);
    private static final Training HOW = new Training(
            2,
            OptionalLong.empty(),
            16,
            new AdamW(),
            OptionalDouble.empty(),
            new Cosine(),
            0,
            0,
            new Ema(0.9),
            5,
            0,
            0,
            new Training().augmentation(),
            new Training().precision(),
            3);

    @TempDir
    Path folder;

    @BeforeAll
    static void one_thread() {
        Threads.set(1);
    }

    /** Every weight of rank 2 is seen times a factor that is learned. */
    private static final class Factors implements Parametrization {
        @Override
        public void prepare(Program program) {
            for (String name : java.util.List.copyOf(program.parameters().keySet())) {
                if (program.parameters().get(name).dim() == 2) {
                    program.learn(name + ".factor", Tensor.floats(Shape.of(), new float[] {1}));
                }
            }
        }

        @Override
        public void begin(Program program, Memory memory) {
            program.parameters().forEach((name, factor) -> {
                if (name.endsWith(".factor")) {
                    program.parametrize(name.replace(".factor", ""), w -> w.mul(factor));
                }
            });
        }

        @Override
        public boolean owns(String parameter) {
            return !parameter.endsWith(".factor");
        }

        @Override
        public String identity() {
            return "factors";
        }
    }

    private static Trainer trainer(Program program) {
        DataSet data = new Clusters(96, 4, 1, 16, true);
        return Trainer.of(program, HOW, new CrossEntropy(), TrainingData.of(data, Normalization.NONE, HOW))
                .seeing(new Factors());
    }

    @Test
    void is_trained_averaged_and_part_of_what_is_seen() {
        try (Program program = Program.of(MODEL)) {
            trainer(program).run(Progress.NONE);
            var factors = program.parameters().entrySet().stream()
                    .filter(e -> e.getKey().endsWith(".factor"))
                    .toList();
            assertThat(factors).hasSize(2);
            factors.forEach(e -> {
                float factor = Tensors.toHost(e.getValue()).toFloats()[0];
                assertThat(factor).isNotEqualTo(1f).isBetween(0.5f, 1.5f);
                String name = e.getKey().replace(".factor", "");
                float raw = Tensors.toHost(program.parameters().get(name)).toFloats()[0];
                float seen = program.weightsInto(MODEL)
                        .graph()
                        .constant(name)
                        .orElseThrow()
                        .toFloats()[0];
                assertThat(seen).isEqualTo(raw * factor);
            });
        }
    }

    @Test
    void is_in_the_checkpoint() {
        Path file = folder.resolve("run.ckpt");
        Model whole;
        try (Program program = Program.of(MODEL)) {
            trainer(program).run(Progress.NONE);
            whole = program.weightsInto(MODEL);
        }
        boolean stopped = true;
        Model resumed = MODEL;
        for (int pieces = 0; stopped; pieces++) {
            assertThat(pieces).isLessThan(9);
            try (Program program = Program.of(MODEL)) {
                int[] left = {5};
                stopped = trainer(program)
                        .checkpointingTo(file)
                        .run(new Progress() {
                            @Override
                            public boolean stopping() {
                                return left[0]-- == 0;
                            }
                        })
                        .stopped();
                resumed = program.weightsInto(MODEL);
            }
        }
        assertThat(resumed.graph().initializers()).isEqualTo(whole.graph().initializers());
    }

    @Test
    void has_a_name_of_its_own() {
        try (Program program = Program.of(MODEL)) {
            String taken = program.parameters().keySet().iterator().next();
            Tensor one = Tensor.floats(Shape.of(), new float[] {1});
            assertThatThrownBy(() -> program.learn(taken, one)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
