package espalier.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import espalier.data.DataSet;
import espalier.data.InputSpec;
import espalier.data.Normalization;
import espalier.graph.Attribute;
import espalier.graph.BadInputException;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Tensor;
import espalier.torch.Program;
import espalier.torch.Threads;
import espalier.zoo.Zoo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.bytedeco.pytorch.AutoGradMode;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerTest {
    private static final DataSet DATA = new Clusters(96, 4, 3, 8, true);

    @TempDir
    Path folder;

    @BeforeAll
    static void one_thread() {
        Threads.set(1);
    }

    private static Model resnet() {
        return Zoo.create("resnet8@0.25", 3, 8, 8, 4, 7);
    }

    private static Training settings(int epochs) {
        return with(epochs, new Sgd().withLearningRate(0.05), new Cosine(), new NoAveraging(), 0, 0);
    }

    private static Training with(
            int epochs, Optimizer optimizer, Schedule schedule, Averaging averaging, int patience, double validation) {
        Training d = new Training();
        return new Training(
                epochs,
                OptionalLong.empty(),
                16,
                optimizer,
                OptionalDouble.empty(),
                schedule,
                0.5,
                0.1,
                averaging,
                5,
                patience,
                validation,
                d.augmentation(),
                d.precision(),
                3);
    }

    private static Trainer trainer(Program program, Training how) {
        return Trainer.of(
                program, how, new CrossEntropy(how.labelSmoothing()), TrainingData.of(DATA, Normalization.NONE, how));
    }

    private static Map<String, Tensor> trained(Training how) {
        try (Program program = Program.of(resnet())) {
            assertThat(trainer(program, how).run(Progress.NONE).stopped()).isFalse();
            return program.weightsInto(resnet()).graph().initializers();
        }
    }

    /** Asks to stop after some steps. */
    private record StopAfter(int[] left) implements Progress {
        @Override
        public boolean stopping() {
            return left[0]-- == 0;
        }
    }

    @Test
    void learns_to_tell_patterns_apart() {
        Training how = with(6, new Sgd().withLearningRate(0.05), new OneCycle(), new NoAveraging(), 0, 0.25);
        try (Program program = Program.of(resnet())) {
            TrainingResult result = trainer(program, how).run(Progress.NONE);
            assertThat(result.epochs()).hasSize(6);
            Validation last = result.epochs().get(5).validation().orElseThrow();
            assertThat(last.accuracy().orElseThrow()).isGreaterThan(0.9);
            assertThat(result.epochs().get(5).loss())
                    .isLessThan(result.epochs().get(0).loss());
        }
    }

    @Test
    void gives_the_same_bits_twice_and_others_with_another_seed() {
        assertThat(trained(settings(2))).isEqualTo(trained(settings(2)));
        assertThat(trained(settings(2))).isNotEqualTo(trained(settings(2).withSeed(4)));
    }

    @Test
    void goes_on_from_a_checkpoint_as_if_nothing_had_happened() {
        for (Averaging averaging : List.of(new NoAveraging(), new Ema(0.9), new Swa(0.3))) {
            for (Optimizer optimizer : List.of(new Sgd(), new AdamW())) {
                Training how = with(3, optimizer, new OneCycle(), averaging, 2, 0.25);
                Path file = folder.resolve(averaging + " " + optimizer + ".ckpt");
                int pieces = 0;
                boolean stopped = true;
                Map<String, Tensor> resumed = Map.of();
                List<EpochResult> epochs = List.of();
                while (stopped) {
                    try (Program program = Program.of(resnet())) {
                        TrainingResult result =
                                trainer(program, how).checkpointingTo(file).run(new StopAfter(new int[] {5}));
                        stopped = result.stopped();
                        epochs = result.epochs();
                        resumed = program.weightsInto(resnet()).graph().initializers();
                        pieces++;
                    }
                }
                assertThat(pieces).isGreaterThan(2);
                assertThat(epochs).hasSize(3);
                assertThat(resumed).isEqualTo(trained(how));
            }
        }
    }

    /** The same samples under another name, or others under the same: their signs are turned. */
    private record Called(DataSet samples, String name, boolean turned) implements DataSet {
        @Override
        public int size() {
            return samples.size();
        }

        @Override
        public List<InputSpec> inputs() {
            return samples.inputs();
        }

        @Override
        public List<String> classNames() {
            return samples.classNames();
        }

        @Override
        public long label(int sample) {
            return samples.label(sample);
        }

        @Override
        public void fill(int sample, int input, float[] into, int offset) {
            samples.fill(sample, input, into, offset);
            for (int i = offset; turned && i < offset + inputs().get(input).elements(); i++) {
                into[i] = -into[i];
            }
        }
    }

    private static TrainingResult resumed(DataSet data, Path file) {
        Training how = settings(1);
        try (Program program = Program.of(resnet())) {
            return Trainer.of(program, how, new CrossEntropy(0), TrainingData.of(data, Normalization.NONE, how))
                    .checkpointingTo(file)
                    .run(Progress.NONE);
        }
    }

    @Test
    void knows_data_by_what_they_hold_not_by_where_they_lie() {
        Path file = folder.resolve("data.ckpt");
        resumed(DATA, file);
        assertThat(resumed(new Called(DATA, "moved", false), file).stopped()).isFalse();
        assertThatThrownBy(() -> resumed(new Called(DATA, DATA.name(), true), file))
                .hasMessage(file + ": belongs to a run with other data: delete it to start again, or go back to what it"
                        + " was made with");
    }

    @Test
    void refuses_the_checkpoint_of_another_run() {
        Path file = folder.resolve("run.ckpt");
        try (Program program = Program.of(resnet())) {
            trainer(program, settings(1)).checkpointingTo(file).run(Progress.NONE);
        }
        try (Program program = Program.of(resnet())) {
            assertThatThrownBy(() ->
                            trainer(program, settings(2)).checkpointingTo(file).run(Progress.NONE))
                    .isInstanceOf(BadInputException.class)
                    .hasMessage(file + ": belongs to a run with other settings: delete it to start again, or go back to"
                            + " what it was made with");
        }
        try (Program program = Program.of(Zoo.create("resnet8@0.25", 3, 8, 8, 4, 8))) {
            assertThatThrownBy(() ->
                            trainer(program, settings(1)).checkpointingTo(file).run(Progress.NONE))
                    .hasMessageContaining("with other initial weights");
        }
    }

    @Test
    void leaves_no_file_but_the_checkpoint() throws Exception {
        try (Program program = Program.of(resnet())) {
            trainer(program, settings(1))
                    .checkpointingTo(folder.resolve("run.ckpt"))
                    .run(Progress.NONE);
        }
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(folder.resolve("run.ckpt"));
        }
    }

    @Test
    void says_in_which_step_and_layer_numbers_stopped_being_finite() {
        Training wild = with(9, new Sgd(1e30, 0, false, 0), new Constant(), new NoAveraging(), 0, 0);
        try (Program program = Program.of(withUnreadIndices(resnet()))) {
            assertThatThrownBy(() -> trainer(program, wild).run(Progress.NONE))
                    .isInstanceOf(BadInputException.class)
                    .hasMessage(
                            "the loss is NaN in step 2 (epoch 1): the first that is not finite is 'layer1.0.conv1', made by"
                                    + " Conv layer1.0.conv1: lower the learning rate (6.67e+29 in this step), lengthen the"
                                    + " warm-up or set clip");
        }
    }

    /** A pool whose indices no kernel can give. */
    private static Model withUnreadIndices(Model model) {
        Graph graph = model.graph();
        List<Node> nodes = new ArrayList<>(graph.nodes());
        nodes.add(Node.of(
                "MaxPool",
                List.of(graph.inputs().get(0).name()),
                List.of("pooled", "indices"),
                Map.of("kernel_shape", Attribute.ints(2, 2), "pads", Attribute.ints(0, 0, 1, 1))));
        return model.withGraph(graph.withNodes(nodes));
    }

    @Test
    void ends_early_with_the_best_weights() {
        Training how = with(40, new Sgd().withLearningRate(0.05), new Constant(), new NoAveraging(), 2, 0.25);
        try (Program program = Program.of(resnet())) {
            TrainingResult result = trainer(program, how).run(Progress.NONE);
            assertThat(result.stopped()).isFalse();
            assertThat(result.epochs()).hasSizeLessThan(40);
            TrainingData data = TrainingData.of(DATA, Normalization.NONE, how);
            int best = result.epochs().size() - 3;
            assertThat(Judging.accuracy(program, data.validation().orElseThrow()))
                    .isEqualTo(result.epochs()
                            .get(best)
                            .validation()
                            .orElseThrow()
                            .accuracy()
                            .orElseThrow());
        }
    }

    @Test
    void judges_and_keeps_averaged_weights_with_statistics_of_their_own() {
        for (int patience : List.of(0, 9)) {
            Training how = with(4, new Sgd().withLearningRate(0.05), new Constant(), new Swa(0.3), patience, 0.25);
            TrainingData data = TrainingData.of(DATA, Normalization.NONE, how);
            try (Program program = Program.of(resnet());
                    Kept none = new Kept();
                    Stepper stepper = new Stepper(program, how, new CrossEntropy(0.1), none)) {
                List<EpochResult> epochs = Trainer.of(program, how, new CrossEntropy(0.1), data)
                        .run(Progress.NONE)
                        .epochs();
                Validation kept = Judging.judged(stepper, data.validation().orElseThrow());
                assertThat(kept)
                        .isIn(epochs.stream()
                                .map(e -> e.validation().orElseThrow())
                                .toList());
                Map<String, Tensor> trained =
                        program.weightsInto(resnet()).graph().initializers();
                try (AutoGradMode noGrad = new AutoGradMode(false)) {
                    new Recalibration(program)
                            .over(
                                    data.train().steps(),
                                    i -> stepper.show(data.train().batch(4, i), new Stepper.Place(4, i, 0)));
                }
                assertThat(program.weightsInto(resnet()).graph().initializers()).isEqualTo(trained);
            }
        }
    }

    @Test
    void reports_every_step_with_the_time_left() {
        List<Moment> moments = new ArrayList<>();
        Progress watch = new Progress() {
            @Override
            public void step(Moment now) {
                moments.add(now);
            }
        };
        try (Program program = Program.of(resnet())) {
            trainer(program, settings(2)).run(watch);
        }
        assertThat(moments).extracting(Moment::step).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L, 12L);
        assertThat(moments.get(6).epoch()).isEqualTo(2);
        assertThat(moments.get(11).secondsLeft()).isZero();
        assertThat(moments).allMatch(m -> m.steps() == 12 && m.samplesPerSecond() > 0 && m.loss() > 0);
    }

    @Test
    void asks_for_labels_where_the_objective_needs_them() {
        DataSet bare = new Clusters(64, 4, 3, 8, false);
        try (Program program = Program.of(resnet())) {
            assertThatThrownBy(() -> Trainer.of(
                            program,
                            settings(1),
                            new CrossEntropy(),
                            TrainingData.of(bare, Normalization.NONE, settings(1))))
                    .hasMessage(
                            "clusters: has no labels to train with: give labelled data, or train against a teacher");
        }
    }

    @Test
    void refuses_classes_that_the_network_does_not_tell_apart() {
        DataSet many = new Clusters(64, 5, 3, 8, true);
        try (Program program = Program.of(resnet())) {
            Trainer t = Trainer.of(
                    program, settings(1), new CrossEntropy(), TrainingData.of(many, Normalization.NONE, settings(1)));
            assertThatThrownBy(() -> t.run(Progress.NONE))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageMatching("sample \\d+ has class 4, but the network tells 4 classes apart: .*");
        }
    }
}
