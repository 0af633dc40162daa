package espalier.distill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import espalier.calibrate.FreshWeights;
import espalier.config.Binder;
import espalier.config.Component;
import espalier.config.Family;
import espalier.data.DataSet;
import espalier.data.DataSource;
import espalier.data.InputSpec;
import espalier.data.Normalization;
import espalier.graph.Attribute;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.graph.ValueInfo;
import espalier.onnx.OnnxFile;
import espalier.recipe.Yaml;
import espalier.torch.Threads;
import espalier.train.Logits;
import espalier.train.Training;
import espalier.work.Adapted;
import espalier.work.Monitor;
import espalier.work.OrtJudge;
import espalier.work.Outcome;
import espalier.work.Referee;
import espalier.work.Workbench;
import espalier.zoo.Zoo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The step {@code distill} from end to end on small pictures: a bright quarter says the class. */
class DistillTest {
    private static final int SIDE = 8;
    private static final Model TEACHER = Zoo.create("resnet8@0.5", 1, SIDE, SIDE, 4, 1);
    private static final Model STUDENT = Zoo.create("resnet8@0.25", 1, SIDE, SIDE, 4, 2);

    private static final Map<String, Shape> SAMPLE = Map.of("", Shape.of(1, 1, SIDE, SIDE));

    @TempDir
    private Path folder;

    private record Quarters(int size, boolean labelled) implements DataSet {
        @Override
        public String name() {
            return "quarters";
        }

        @Override
        public List<InputSpec> inputs() {
            return List.of(InputSpec.floats(1, SIDE, SIDE));
        }

        @Override
        public List<String> classNames() {
            return labelled ? List.of("nw", "ne", "sw", "se") : List.of();
        }

        @Override
        public long label(int sample) {
            return labelled ? sample % 4 : -1;
        }

        @Override
        public void fill(int sample, int input, float[] into, int offset) {
            Random random = new Random(sample);
            for (int i = 0; i < SIDE * SIDE; i++) {
                int quarter = (i / SIDE < SIDE / 2 ? 0 : 2) + (i % SIDE < SIDE / 2 ? 0 : 1);
                into[offset + i] = (float) (random.nextGaussian() + (quarter == sample % 4 ? 1 : 0));
            }
        }
    }

    private static final Referee REFEREE = OrtJudge.still();

    @BeforeAll
    static void one_thread() {
        Threads.set(1);
    }

    private Workbench bench(Model original, boolean labelled) {
        return new Workbench(
                original,
                DataSource.of(new Quarters(256, labelled), new Quarters(64, true)),
                Normalization.NONE,
                REFEREE,
                Monitor.SILENT,
                folder.resolve("step.ckpt"),
                1,
                Optional.empty(),
                folder);
    }

    private static Distill with(Distillation... losses) {
        return new Distill(
                List.of(),
                List.of(losses),
                List.of(),
                true,
                OptionalDouble.empty(),
                new Plain(),
                0,
                true,
                new Training().withEpochs(2));
    }

    private static Distill with(Regime regime) {
        Distill d = with(new SoftTargets());
        return new Distill(
                d.teacher(), d.loss(), d.weights(), d.balance(), d.labelWeight(), regime, 0, d.cache(), d.training());
    }

    static Stream<Distillation> losses() {
        return Family.of(Distillation.class).members().stream().map(m -> Component.defaults(m.type()));
    }

    @ParameterizedTest
    @MethodSource("losses")
    void every_loss_trains_a_student_of_another_width_and_leaves_nothing_behind(Distillation loss) {
        Outcome made = new Plain().run(with(loss), STUDENT, bench(TEACHER, true));
        assertThat(made.model().graph().nodes()).isEqualTo(STUDENT.graph().nodes());
        assertThat(made.model().graph().initializers().keySet())
                .isEqualTo(STUDENT.graph().initializers().keySet());
        assertThat(made.model()).isNotEqualTo(STUDENT);
        assertThat(made.notes())
                .anyMatch(n -> n.matches("distill: agrees with the teacher on .* % of 64 test samples"));
    }

    @Test
    void stages_are_matched_by_resolution_and_shown() {
        Outcome made = new Plain().run(with(new Attention(), new Hint()), STUDENT, bench(TEACHER, false));
        assertThat(made.notes())
                .contains(
                        "attention: student 'layer1.0.relu2' [4, 8, 8], teacher 'layer1.0.relu2' [8, 8, 8]",
                        "attention: student 'layer3.0.relu2' [16, 2, 2], teacher 'layer3.0.relu2' [32, 2, 2]",
                        "hint: student 'layer2.0.relu2' [8, 4, 4], teacher 'layer2.0.relu2' [16, 4, 4], through a"
                                + " regressor");
    }

    @Test
    void values_can_be_named() {
        Attention named = new Attention(List.of("layer*.relu2"), List.of("layer*.relu1"));
        Outcome made = new Plain().run(with(named), STUDENT, bench(TEACHER, false));
        assertThat(made.notes())
                .contains("attention: student 'layer1.0.relu2' [4, 8, 8], teacher 'layer1.0.relu1' [8, 8, 8]");
        Attention wrong = new Attention(List.of("layer9"), List.of("relu1"));
        assertThatThrownBy(() -> new Plain().run(with(wrong), STUDENT, bench(TEACHER, false)))
                .hasMessageStartingWith("the student has no value 'layer9'");
    }

    @Test
    void a_second_stage_follows_a_first_with_hints_alone() {
        Distill d = with(new Hint(), new SoftTargets());
        Distill staged = new Distill(
                d.teacher(), d.loss(), d.weights(), d.balance(), d.labelWeight(), d.regime(), 1, true, d.training());
        Outcome made = new Plain().run(staged, STUDENT, bench(TEACHER, true));
        assertThat(made.notes()).anyMatch(n -> n.startsWith("distill, first stage: 2 steps"));
        assertThat(made.notes()).anyMatch(n -> n.startsWith("distill: 4 steps"));
    }

    @Test
    void outputs_that_are_kept_teach_the_same_as_a_teacher_that_runs() throws Exception {
        Distill d = with(new SoftTargets(), new RkdDistance());
        Distill live = new Distill(
                d.teacher(), d.loss(), d.weights(), true, d.labelWeight(), d.regime(), 0, false, d.training());
        Outcome once = new Plain().run(d, STUDENT, bench(TEACHER, false));
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.filter(f -> f.toString().endsWith(".f32")).toList())
                    .hasSize(1);
        }
        Files.deleteIfExists(folder.resolve("step.ckpt"));
        Outcome every = new Plain().run(live, STUDENT, bench(TEACHER, false));
        float[] a = once.model().graph().initializers().get("fc.weight").toFloats();
        float[] b = every.model().graph().initializers().get("fc.weight").toFloats();
        for (int i = 0; i < a.length; i++) {
            assertThat(a[i]).isCloseTo(b[i], within(1e-3f));
        }
    }

    /** The mean of the members' outputs, each run alone. */
    @Test
    void an_ensemble_is_the_mean_of_its_generations() {
        List<Model> members = List.of(STUDENT, TEACHER);
        Model mean = Together.mean(members);
        float[] pixels = new float[3 * SIDE * SIDE];
        for (int i = 0; i < 3; i++) {
            new Quarters(3, true).fill(i, 0, pixels, i * SIDE * SIDE);
        }
        Map<String, Tensor> inputs = Map.of("input", Tensor.floats(Shape.of(3, 1, SIDE, SIDE), pixels));
        float[] all = run(mean, inputs);
        float[] first = run(STUDENT, inputs);
        float[] second = run(TEACHER, inputs);
        for (int i = 0; i < all.length; i++) {
            assertThat(all[i]).isCloseTo((first[i] + second[i]) / 2, within(1e-5f));
        }
    }

    /** What reads the mean later finds its logarithm before the softmax. */
    @Test
    void an_ensemble_of_probabilities_has_scores() {
        Model mean = Together.mean(List.of(probabilities(TEACHER), probabilities(STUDENT)));
        Graph g = mean.graph();
        assertThat(Logits.endInProbabilities(g)).isTrue();
        assertThat(g.edges().producer(Logits.of(g)).orElseThrow().opType()).isEqualTo("Log");
        Map<String, Tensor> inputs = Map.of("input", Tensor.floats(Shape.of(1, 1, SIDE, SIDE), new float[SIDE * SIDE]));
        float[] all = run(mean, inputs);
        float[] first = run(probabilities(TEACHER), inputs);
        float[] second = run(probabilities(STUDENT), inputs);
        for (int i = 0; i < all.length; i++) {
            assertThat(all[i]).isCloseTo((first[i] + second[i]) / 2, within(1e-6f));
        }
    }

    private static Model probabilities(Model model) {
        Graph g = renamed(model.graph(), "logits", "scores");
        List<Node> nodes = new ArrayList<>(g.nodes());
        nodes.add(Node.of("Softmax", List.of("scores"), List.of("logits"), Map.of("axis", Attribute.of(1))));
        return model.withGraph(g.withNodes(nodes).withOutputs(model.graph().outputs()));
    }

    private static float[] run(Model model, Map<String, Tensor> inputs) {
        try (Referee.Session session = REFEREE.open(model)) {
            return session.run(inputs).get("logits").toFloats();
        }
    }

    @Test
    void generations_are_born_and_vote() {
        Outcome made = new BornAgain(2, true).run(with(new BornAgain(2, true)), STUDENT, bench(TEACHER, true));
        assertThat(made.model().graph().nodes())
                .hasSize(2 * STUDENT.graph().nodes().size() + 1);
        assertThat(made.notes()).anyMatch(n -> n.startsWith("generation 2: 4 steps"));
    }

    @Test
    void a_generation_learns_from_the_one_before() {
        Distill how = with(new SoftTargets());
        Workbench bench = bench(TEACHER, false);
        Model first = new BornAgain(1, false).run(how, STUDENT, bench).model();
        Workbench again = bench.part("again").withSeed(bench.seed() + 1_000_003L);
        Model second = Lesson.of(how, FreshWeights.of(STUDENT, again.seed()), List.of(first), again)
                .run("again")
                .model();
        Model both =
                new BornAgain(2, false).run(how, STUDENT, bench.part("both")).model();
        assertThat(both).isEqualTo(second).isNotEqualTo(first);
    }

    @Test
    void the_student_learns_from_the_assistant() {
        Distill how = with(new SoftTargets());
        Workbench bench = bench(TEACHER, false);
        Assistants regime = new Assistants(List.of("zoo:mlp-8"));
        Workbench its = bench.part("assistant").withSeed(bench.seed() + 2_000_003L);
        Model assistant = Lesson.of(how, bench.network("zoo:mlp-8", its.seed()), List.of(TEACHER), its)
                .run("assistant")
                .model();
        Model taught = Lesson.of(how, STUDENT, List.of(assistant), bench.part("student"))
                .run("student")
                .model();
        assertThat(regime.run(how, STUDENT, bench).model()).isEqualTo(taught);
    }

    @Test
    void an_assistant_stands_between() {
        Assistants regime = new Assistants(List.of("zoo:mlp-8"));
        Outcome made = regime.run(with(regime), STUDENT, bench(TEACHER, true));
        assertThat(made.notes()).anyMatch(n -> n.startsWith("assistant zoo:mlp-8: 4 steps"));
        assertThat(made.notes()).anyMatch(n -> n.startsWith("student: 4 steps"));
    }

    @Test
    void students_of_different_shapes_teach_each_other() {
        Mutual regime = new Mutual(List.of("zoo:mlp-8", "zoo:mlp-16"));
        Outcome made = regime.run(with(regime), STUDENT, bench(TEACHER, true));
        assertThat(made.model().graph().nodes()).isEqualTo(STUDENT.graph().nodes());
        assertThat(made.model()).isNotEqualTo(STUDENT);
        assertThat(made.notes()).anyMatch(n -> n.startsWith("mutual: zoo:mlp-16 "));
        assertThatThrownBy(() -> new Mutual().run(with(new Mutual()), STUDENT, bench(TEACHER, true)))
                .hasMessage(
                        "regime mutual needs another student: {mutual: {with: [zoo:resnet8]}} trains one beside it");
    }

    @Test
    void students_that_teach_each_other_must_fit() {
        Mutual dist = new Mutual(List.of("zoo:mlp-8"));
        Distill how = Binder.record(
                new Distill(),
                Yaml.parse("{loss: dist, regime: {mutual: {with: ['zoo:mlp-8']}}, training: {batch: 1}}", ""));
        assertThatThrownBy(() -> dist.run(how, STUDENT, bench(TEACHER, true)))
                .hasMessage(
                        "dist compares the samples of a batch, and a batch of 1 has too few: set batch to 32 or more");
        Model other = Zoo.create("mlp-8", 1, SIDE, SIDE, 7, 1);
        assertThatThrownBy(() -> dist.run(with(dist), other, bench(TEACHER, true)))
                .hasMessage(
                        "'zoo:mlp-8' has 4 classes, the student 7: students that teach each other need the same ones");
    }

    @Test
    void without_labels_a_new_network_has_the_classes_of_the_original() {
        Assistants regime = new Assistants(List.of("zoo:mlp-8"));
        Outcome made = regime.run(with(regime), STUDENT, bench(TEACHER, false));
        assertThat(made.notes()).anyMatch(n -> n.startsWith("assistant zoo:mlp-8: "));
    }

    @Test
    void auto_leaves_the_choice_of_values_to_us() {
        Points auto = new Points(Points.Where.STAGES, List.of("auto"), List.of());
        assertThat(auto).isEqualTo(new Points(Points.Where.STAGES, List.of(), List.of()));
        assertThat(auto.chosenByUs()).isTrue();
    }

    /** Scores of x (std 2, mean 1) by a teacher that wants x as it is: the same as of (x - 1) / 2 by the adapted one. */
    @Test
    void a_teacher_gets_its_own_normalization() {
        Normalization given = new Normalization(List.of(1.0), List.of(2.0));
        Model adapted = Adapted.of(TEACHER, given, SAMPLE);
        float[] raw = new float[SIDE * SIDE];
        new Quarters(1, true).fill(0, 0, raw, 0);
        float[] normalized = raw.clone();
        for (int i = 0; i < raw.length; i++) {
            normalized[i] = (raw[i] - 1) / 2;
        }
        Shape one = Shape.of(1, 1, SIDE, SIDE);
        float[] expected = run(TEACHER, Map.of("input", Tensor.floats(one, raw)));
        float[] got = run(adapted, Map.of("input", Tensor.floats(one, normalized)));
        assertThat(got).containsExactly(expected, within(1e-4f));
        assertThat(Adapted.of(TEACHER, Normalization.NONE, SAMPLE)).isSameAs(TEACHER);
    }

    @Test
    void a_teacher_that_wants_another_shape_of_the_same_numbers_gets_it() {
        Model flat = Zoo.create("mlp-8", 1, 1, SIDE * SIDE, 4, 1);
        float[] pixels = new float[SIDE * SIDE];
        new Quarters(1, true).fill(0, 0, pixels, 0);
        float[] expected = run(flat, Map.of("input", Tensor.floats(Shape.of(1, 1, 1, SIDE * SIDE), pixels)));
        Model adapted = Adapted.of(flat, Normalization.NONE, SAMPLE);
        float[] got = run(adapted, Map.of("input", Tensor.floats(Shape.of(1, 1, SIDE, SIDE), pixels)));
        assertThat(got).containsExactly(expected, within(1e-6f));
        Model other = Zoo.create("mlp-8", 3, SIDE, SIDE, 4, 1);
        assertThatThrownBy(() -> Adapted.of(other, Normalization.NONE, SAMPLE))
                .hasMessage("teacher: its input 'input' is [1,3,8,8] for one sample, the student's is [1,1,8,8]: give a"
                        + " teacher of the same data");
    }

    /** A teacher for channels first, and a student whose colour pictures have them last, in numbers less the mean of each channel. */
    @Test
    void a_teacher_that_wants_channels_elsewhere_gets_them_there() {
        Model teacher = Zoo.create("resnet8@0.5", 3, SIDE, SIDE, 4, 1);
        Random random = new Random(1);
        int area = SIDE * SIDE;
        float[] first = new float[3 * area];
        float[] last = new float[3 * area];
        for (int i = 0; i < first.length; i++) {
            first[i] = random.nextFloat();
            last[i % area * 3 + i / area] = first[i] - (1 + i / area);
        }
        Normalization given = new Normalization(List.of(1.0, 2.0, 3.0), List.of(1.0, 1.0, 1.0));
        Shape sample = Shape.of(1, SIDE, SIDE, 3);
        float[] expected = run(teacher, Map.of("input", Tensor.floats(Shape.of(1, 3, SIDE, SIDE), first)));
        Model adapted = Adapted.of(teacher, given, Map.of("", sample));
        assertThat(run(adapted, Map.of("input", Tensor.floats(sample, last)))).containsExactly(expected, within(1e-4f));
    }

    @Test
    void new_networks_take_channels_where_the_student_does() {
        Map<String, Shape> last = Map.of("", Shape.of(1, SIDE, SIDE, 1));
        Model student = Adapted.of(STUDENT, Normalization.NONE, last);
        DataSource data = DataSource.of(new Quarters(256, true)).fitting(student.graph());
        Workbench bench =
                bench(Adapted.of(TEACHER, Normalization.NONE, last), true).withData(data);
        Assistants assistants = new Assistants(List.of("zoo:resnet8@0.25"));
        assertThat(assistants.run(with(assistants), student, bench).notes())
                .anyMatch(n -> n.startsWith("assistant zoo:resnet8@0.25: 4 steps"));
        Mutual mutual = new Mutual(List.of("zoo:resnet8@0.25"));
        assertThat(mutual.run(with(mutual), student, bench.part("mutual")).notes())
                .anyMatch(n -> n.startsWith("mutual: zoo:resnet8@0.25 "));
    }

    /** What it says of the normalization it was trained with is for files; a new network was trained with none. */
    @Test
    void a_new_network_takes_samples_as_they_are_normalized() {
        Workbench plain = bench(TEACHER, true);
        Workbench normalized = new Workbench(
                TEACHER,
                plain.data(),
                new Normalization(List.of(0.5), List.of(0.25)),
                REFEREE,
                Monitor.SILENT,
                plain.checkpoint(),
                1,
                Optional.empty(),
                folder);
        assertThat(normalized.network("zoo:resnet8@0.25", 3)).isEqualTo(plain.network("zoo:resnet8@0.25", 3));
    }

    private Distill taughtBy(String... teachers) {
        Distill d = with(new SoftTargets());
        return new Distill(
                List.of(teachers),
                d.loss(),
                d.weights(),
                true,
                d.labelWeight(),
                d.regime(),
                0,
                true,
                new Training().withEpochs(1));
    }

    @Test
    void labels_share_with_scores_and_outweigh_features() throws IOException {
        assertThat(Lesson.labelWeight(with(new SoftTargets()), bench(TEACHER, true)))
                .isEqualTo(0.5);
        assertThat(Lesson.labelWeight(with(new RkdAngle()), bench(TEACHER, true)))
                .isEqualTo(0.8);
        assertThat(Lesson.labelWeight(with(new RkdAngle(), new SoftTargets()), bench(TEACHER, true)))
                .isEqualTo(0.5);
        assertThat(Lesson.labelWeight(with(new RkdAngle()), bench(TEACHER, false)))
                .isZero();
    }

    /** (a + b) / 2 taught by one network that computes it, and by the two. */
    @Test
    void several_teachers_are_averaged() throws IOException {
        Model other = Zoo.create("mlp-8", 1, SIDE, SIDE, 4, 7);
        OnnxFile.write(TEACHER, folder.resolve("a.onnx"));
        OnnxFile.write(other, folder.resolve("b.onnx"));
        OnnxFile.write(Together.mean(List.of(TEACHER, other)), folder.resolve("mean.onnx"));
        Outcome mean = new Plain().run(taughtBy("mean.onnx"), STUDENT, bench(TEACHER, false));
        Files.delete(folder.resolve("step.ckpt"));
        Outcome both = new Plain().run(taughtBy("a.onnx", "b.onnx"), STUDENT, bench(TEACHER, false));
        assertThat(weights(both)).containsExactly(weights(mean), within(1e-3f));
        Files.delete(folder.resolve("step.ckpt"));
        Outcome one = new Plain().run(taughtBy("a.onnx"), STUDENT, bench(TEACHER, false));
        assertThat(weights(both)).isNotEqualTo(weights(one));
    }

    private static float[] weights(Outcome made) {
        return made.model().graph().initializers().get("fc.weight").toFloats();
    }

    /** Each calls its scores by another name, and pkt reads scores as features. */
    @Test
    void several_teachers_may_call_their_scores_differently() throws IOException {
        OnnxFile.write(TEACHER, folder.resolve("a.onnx"));
        Graph g = Zoo.create("mlp-8", 1, SIDE, SIDE, 4, 7).graph();
        OnnxFile.write(TEACHER.withGraph(renamed(g, "logits", "out")), folder.resolve("b.onnx"));
        Distill how = Binder.record(
                new Distill(), Yaml.parse("{teacher: [a.onnx, b.onnx], loss: pkt, training: {epochs: 2}}", ""));
        assertThat(new Plain().run(how, STUDENT, bench(TEACHER, false)).model()).isNotEqualTo(STUDENT);
    }

    private static Graph renamed(Graph g, String from, String to) {
        UnaryOperator<String> name = v -> v.equals(from) ? to : v;
        UnaryOperator<ValueInfo> value = v -> new ValueInfo(name.apply(v.name()), v.type(), v.extra());
        return g.mapNodes(n -> n.withInputs(n.inputs().stream().map(name).toList())
                        .withOutputs(n.outputs().stream().map(name).toList()))
                .withInputs(g.inputs().stream().map(value).toList())
                .withOutputs(g.outputs().stream().map(value).toList());
    }

    /** Data that fit the student are called by the name of its input. */
    @Test
    void a_teacher_may_call_its_input_otherwise() throws IOException {
        Graph strange = renamed(renamed(TEACHER.graph(), "input", "x"), "layer1.0.relu2", "input");
        OnnxFile.write(TEACHER.withGraph(strange), folder.resolve("x.onnx"));
        OnnxFile.write(TEACHER, folder.resolve("a.onnx"));
        Workbench plain = bench(TEACHER, false);
        Workbench fitted = plain.withData(plain.data().fitting(STUDENT.graph()));
        Outcome usual = new Plain().run(taughtBy("a.onnx"), STUDENT, fitted);
        Files.delete(folder.resolve("step.ckpt"));
        Outcome otherwise = new Plain().run(taughtBy("x.onnx"), STUDENT, fitted);
        assertThat(otherwise.model()).isEqualTo(usual.model());
        Assistants assistants = new Assistants(List.of("x.onnx"));
        assertThat(assistants
                        .run(with(assistants), STUDENT, fitted.part("assistants"))
                        .notes())
                .anyMatch(n -> n.startsWith("assistant x.onnx: 4 steps"));
    }

    @Test
    void a_teacher_with_operators_that_libtorch_lacks_runs_in_onnx_runtime() throws IOException {
        Model plain = Zoo.create("mlp-8", 1, SIDE, SIDE, 4, 7);
        Graph g = plain.graph();
        List<Node> nodes = new ArrayList<>(g.nodes());
        nodes.add(Node.of("Reshape", List.of("logits", "matrices"), "ones"));
        nodes.add(Node.of("Det", List.of("ones"), "det"));
        ValueInfo out = new ValueInfo(
                "det", g.outputs().get(0).type(), g.outputs().get(0).extra());
        OnnxFile.write(
                plain.withGraph(g.withNodes(nodes)
                        .withOutputs(List.of(out))
                        .plusInitializers(Map.of("matrices", Tensor.longs(Shape.of(4), -1, 4, 1, 1)))),
                folder.resolve("det.onnx"));
        Outcome made = new Plain().run(taughtBy("det.onnx"), STUDENT, bench(TEACHER, false));
        assertThat(made.notes())
                .contains("the teacher runs in ONNX Runtime: cannot run 1 node: Det (det): train the part of the"
                        + " graph before or behind them");
    }

    @Test
    void what_cannot_teach_is_refused_with_the_way_out() {
        assertThatThrownBy(() -> Guards.requireClasses(new Dist(), 2))
                .hasMessage("dist tells nothing of 2 classes, it needs 3 or more: take soft-targets");
        assertThatThrownBy(() -> Guards.requireClasses(new SoftTargets(), 1))
                .hasMessage("soft-targets tells nothing of 1 classes, it needs 2 or more: take logits");
        assertThatThrownBy(() -> Guards.requireSamples(new RkdAngle(), 1))
                .hasMessage(
                        "rkd-angle compares the samples of a batch, and a batch of 1 has too few: set batch to 32 or"
                                + " more");
        assertThatThrownBy(() -> new Plain().run(labelled(0.5), STUDENT, bench(TEACHER, false)))
                .hasMessage("label-weight is 0.5, but the samples have no labels: leave it out");
        assertThatThrownBy(() -> new Mutual(List.of("zoo:mlp-8")).run(labelled(0.5), STUDENT, bench(TEACHER, false)))
                .hasMessage("label-weight is 0.5, but the samples have no labels: leave it out");
        Model other = Zoo.create("mlp-8", 1, SIDE, SIDE, 7, 1);
        assertThatThrownBy(() -> new Plain().run(with(new SoftTargets()), STUDENT, bench(other, false)))
                .hasMessage("the teacher has 7 classes, the student 4: both must have the same ones");
        assertThatThrownBy(() -> new Plain().run(with(new SoftTargets()), TEACHER, bench(TEACHER, true)))
                .hasMessage("teacher is missing: the network would learn from itself, name an ONNX file");
        assertThatThrownBy(() -> taughtBy("zoo:resnet8"))
                .hasMessage(
                        "teacher 'zoo:resnet8' is a new network, which knows nothing: train it first (espalier train"
                                + " zoo:resnet8), then name its file");
    }

    private static Distill labelled(double weight) {
        return Binder.record(new Distill(), Yaml.parse("{label-weight: " + weight + "}", ""));
    }

    @Test
    void a_loss_is_given_what_it_can_compare() {
        SimilarityPreserving many = new SimilarityPreserving(List.of("layer*.relu2"), List.of("layer*.relu2"));
        assertThatThrownBy(() -> new Plain().run(with(many), STUDENT, bench(TEACHER, false)))
                .hasMessage("similarity compares one value, but student names 3: give the loss once for each");
        Attention vectors = new Attention(List.of("logits"), List.of("logits"));
        assertThatThrownBy(() -> new Plain().run(with(vectors), STUDENT, bench(TEACHER, false)))
                .hasMessage("attention compares feature maps, but 'logits' is a vector for each sample: take similarity"
                        + " or features");
    }

    @Test
    void classes_in_another_order_go_round_in_a_circle() {
        long[] labels = LongStream.range(0, 200).map(i -> i % 4).toArray();
        int[] turned = IntStream.range(0, 200).map(i -> (i + 1) % 4).toArray();
        List<String> names = List.of("a", "b", "c", "d");
        assertThatThrownBy(() -> Guards.requireSameOrder("the teacher", turned, labels, names))
                .hasMessage(
                        "the teacher's classes are in another order than those of the data: most samples that it calls"
                                + " class 0 are of class 3 (d): rename the data's classes so that their order is the teacher's");
        int[] exchanged =
                IntStream.range(0, 200).map(i -> i % 4 < 2 ? 1 - i % 4 : i % 4).toArray();
        assertThatThrownBy(() -> Guards.requireSameOrder("teacher 2", exchanged, labels, names))
                .hasMessageStartingWith("teacher 2's classes are in another order");
        long[] mostlyA = LongStream.range(0, 200).map(i -> i % 10 == 0 ? 1 : 0).toArray();
        assertThatCode(() -> Guards.requireSameOrder("a bad teacher", new int[200], labels, names))
                .doesNotThrowAnyException();
        int[] rare = IntStream.generate(() -> 1).limit(200).toArray();
        assertThatCode(() -> Guards.requireSameOrder("a bad teacher", rare, mostlyA, names))
                .doesNotThrowAnyException();
    }

    /** A teacher that has learned nothing and a student that is its own better. */
    @Test
    void a_teacher_that_is_worse_than_its_student_is_named() {
        Model knows = new Plain()
                .run(
                        Binder.record(
                                new Distill(),
                                Yaml.parse("{label-weight: 1, training: {epochs: 8, learning-rate: 0.05}}", "")),
                        STUDENT,
                        bench(TEACHER, true))
                .model();
        Outcome made = new Plain()
                .run(with(new SoftTargets()), knows, bench(TEACHER, true).part("worse"));
        assertThat(made.notes())
                .anyMatch(n -> n.matches("the teacher is worse than the student: .* of 256 training samples; raise"
                        + " label-weight, or choose another teacher"));
    }

    @Test
    void settings_are_checked() {
        assertThatThrownBy(() -> new Distill(
                        List.of("a.onnx", "b.onnx"),
                        List.of(new Hint()),
                        List.of(),
                        true,
                        OptionalDouble.empty(),
                        new Plain(),
                        0,
                        true,
                        new Training()))
                .hasMessage("teacher names 2 networks, but hint compares features, which cannot be averaged: name one");
        Distill d = new Distill();
        assertThat(Binder.record(new Distill(), Binder.write(d, ""))).isEqualTo(d);
        Distill all = with(losses().toArray(Distillation[]::new));
        assertThat(Binder.record(new Distill(), Binder.write(all, ""))).isEqualTo(all);
    }

    @Test
    void stages_of_networks_of_different_depth_are_matched_in_order() {
        List<Feature> student = Stream.of(24L, 12L, 8L, 4L)
                .map(s -> new Feature("s" + s, Shape.of(1, 2, s, s)))
                .toList();
        List<Feature> teacher = Stream.of(28L, 14L, 7L)
                .map(s -> new Feature("t" + s, Shape.of(1, 2, s, s)))
                .toList();
        assertThat(Match.stages(student, teacher))
                .extracting(m -> m.student().name() + "-" + m.teacher().name())
                .containsExactly("s24-t28", "s12-t14", "s8-t7");
        assertThat(Match.stages(teacher, student))
                .extracting(m -> m.student().name() + "-" + m.teacher().name())
                .containsExactly("t28-s24", "t14-s12", "t7-s8");
    }

    @Test
    void losses_of_other_scales_are_balanced_and_reported() {
        Outcome made = new Plain().run(with(new LogitsL2(), new RkdAngle()), STUDENT, bench(TEACHER, true));
        assertThat(made.notes())
                .anyMatch(n -> n.matches("rkd-angle: weight 1\\.000 x [0-9.e+-]+, so that its gradient is as long"
                        + " as that of the labels"));
        Outcome unlabelled = new Plain()
                .run(
                        with(new LogitsL2(), new RkdAngle()),
                        STUDENT,
                        bench(TEACHER, false).part("unlabelled"));
        assertThat(unlabelled.notes())
                .anyMatch(
                        n -> n.matches("rkd-angle: weight 1\\.000 x [0-9.e+-]+, so that its gradient is as long as that"
                                + " of logits"));
    }
}
