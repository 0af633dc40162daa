package espalier.distill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import espalier.data.Batches;
import espalier.data.Batching;
import espalier.data.DataSet;
import espalier.data.InputSpec;
import espalier.data.Normalization;
import espalier.graph.Model;
import espalier.torch.Program;
import espalier.torch.Threads;
import espalier.train.Progress;
import espalier.train.Trainer;
import espalier.train.Training;
import espalier.train.TrainingData;
import espalier.train.TrainingResult;
import espalier.zoo.Zoo;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TaughtTest {
    /** Noise without labels. */
    private record Noise(int size) implements DataSet {
        @Override
        public String name() {
            return "noise";
        }

        @Override
        public List<InputSpec> inputs() {
            return List.of(InputSpec.floats(1, 4, 4));
        }

        @Override
        public List<String> classNames() {
            return List.of();
        }

        @Override
        public long label(int sample) {
            return -1;
        }

        @Override
        public void fill(int sample, int input, float[] into, int offset) {
            Random random = new Random(sample);
            for (int i = 0; i < 16; i++) {
                into[offset + i] = (float) random.nextGaussian();
            }
        }
    }

    @BeforeAll
    static void one_thread() {
        Threads.set(1);
    }

    private static Model mlp(int classes, long seed) {
        return Zoo.create("mlp-16", 1, 4, 4, classes, seed);
    }

    @Test
    void a_student_comes_close_to_its_teacher_without_labels() {
        Training how = new Training().withEpochs(30);
        TrainingData data = TrainingData.of(new Noise(256), Normalization.NONE, how);
        Model before = mlp(3, 1);
        try (Program teacher = Program.of(before);
                Program student = Program.of(mlp(3, 2))) {
            TrainingResult result = Trainer.of(student, how, Taught.by(teacher, new SoftTargets()), data)
                    .run(Progress.NONE);
            assertThat(result.epochs().get(29).loss())
                    .isLessThan(result.epochs().get(0).loss() / 10);
            assertThat(teacher.weightsInto(before)).isEqualTo(before);
        }
    }

    @Test
    void a_teacher_that_is_asked_once_teaches_the_same() {
        Training how = new Training().withEpochs(5);
        TrainingData data = TrainingData.of(new Noise(200), Normalization.NONE, how);
        Batches inOrder = Batches.of(new Noise(200), Batching.inOrder(64, Normalization.NONE));
        try (Program teacher = Program.of(mlp(3, 1));
                Program asked = Program.of(mlp(3, 2));
                Program known = Program.of(mlp(3, 2))) {
            Taught taught = Taught.by(teacher, new SoftTargets());
            TrainingResult a = Trainer.of(asked, how, taught, data).run(Progress.NONE);
            TrainingResult b =
                    Trainer.of(known, how, taught.knowing(inOrder), data).run(Progress.NONE);
            for (int epoch = 0; epoch < 5; epoch++) {
                double loss = a.epochs().get(epoch).loss();
                assertThat(b.epochs().get(epoch).loss()).isEqualTo(loss, within(1e-5 * loss));
            }
        }
    }

    @Test
    void teacher_and_student_must_tell_the_same_classes_apart() {
        Training how = new Training();
        TrainingData data = TrainingData.of(new Noise(128), Normalization.NONE, how);
        try (Program teacher = Program.of(mlp(4, 1));
                Program student = Program.of(mlp(3, 2))) {
            Trainer trainer = Trainer.of(student, how, Taught.by(teacher, new SoftTargets()), data);
            assertThatThrownBy(() -> trainer.run(Progress.NONE))
                    .hasMessage(
                            "the teacher's scores 'logits' are [128, 4], the student's 'logits' are [128, 3]: both must"
                                    + " have the same classes");
        }
    }
}
