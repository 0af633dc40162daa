package espalier.dynamic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import espalier.data.Batches;
import espalier.data.Batching;
import espalier.data.DataSet;
import espalier.data.DataSource;
import espalier.data.InputSpec;
import espalier.data.Normalization;
import espalier.exit.ExitPoints;
import espalier.graph.BadInputException;
import espalier.graph.DType;
import espalier.graph.Dim;
import espalier.graph.Model;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.graph.ValueInfo;
import espalier.onnx.OnnxFile;
import espalier.op.Cost;
import espalier.op.InputShapes;
import espalier.op.SymbolicShapes;
import espalier.op.Trace;
import espalier.pass.ExitStages;
import espalier.pass.Part;
import espalier.recipe.StepKind;
import espalier.runtime.Difference;
import espalier.runtime.EarlyExitSession;
import espalier.runtime.ExitAnswer;
import espalier.runtime.ExitManifest;
import espalier.runtime.ExitPolicy;
import espalier.runtime.OrtSession;
import espalier.torch.Program;
import espalier.torch.Tensors;
import espalier.torch.Threads;
import espalier.train.BatchGradients;
import espalier.train.CrossEntropy;
import espalier.train.Training;
import espalier.work.Monitor;
import espalier.work.OrtJudge;
import espalier.work.Outcome;
import espalier.work.Workbench;
import espalier.zoo.Zoo;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExitTrainingTest {
    /** Two-class images: a bright half against the other, some hidden in noise. */
    private record Halves(int size, boolean labelled) implements DataSet {
        Halves(int size) {
            this(size, true);
        }

        @Override
        public String name() {
            return "halves";
        }

        @Override
        public List<InputSpec> inputs() {
            return List.of(InputSpec.floats(1, 16, 16));
        }

        @Override
        public List<String> classNames() {
            return labelled ? List.of("left", "right") : List.of();
        }

        @Override
        public long label(int sample) {
            return labelled ? sample % 2 : -1;
        }

        @Override
        public void fill(int sample, int input, float[] into, int offset) {
            Random random = new Random(sample);
            double noise = 0.3 + random.nextDouble();
            for (int i = 0; i < 256; i++) {
                boolean right = i % 16 >= 8;
                into[offset + i] = (float) ((right == (sample % 2 == 1) ? 0.3 : 0) + noise * random.nextGaussian());
            }
        }
    }

    private static final DataSource DATA = DataSource.of(new Halves(512), new Halves(200));
    private static final Exits SHORT = settings(Trunk.JOINT, new Training().withEpochs(2));

    @TempDir
    static Path folder;

    private static Exits settings(Trunk trunk, Training training) {
        return settings(trunk, training, OptionalDouble.empty());
    }

    private static Exits settings(Trunk trunk, Training training, OptionalDouble budget) {
        Exits d = new Exits();
        return new Exits(
                d.at(),
                d.count(),
                new ConvHead(4, 3, 1, 2),
                trunk,
                d.weights(),
                d.scale(),
                d.distill(),
                d.temperature(),
                d.against(),
                d.rule(),
                d.drop(),
                budget,
                0.25,
                false,
                training);
    }

    @BeforeAll
    static void one_thread() {
        Threads.set(1);
    }

    private static Model network() {
        return Zoo.create("resnet8@0.25", 1, 16, 16, 2, 3);
    }

    private static Workbench bench(Model model) {
        return bench(model, DATA);
    }

    private static Workbench bench(Model model, DataSource data) {
        return new Workbench(
                model,
                data,
                Normalization.NONE,
                OrtJudge.still(),
                Monitor.SILENT,
                folder.resolve(System.nanoTime() + ".ckpt"),
                1,
                Optional.empty());
    }

    private static Map<String, Tensor> images(int count) {
        float[] all = new float[count * 256];
        Halves halves = new Halves(count);
        for (int i = 0; i < count; i++) {
            halves.fill(i, 0, all, i * 256);
        }
        return Map.of("input", Tensor.floats(Shape.of(count, 1, 16, 16), all));
    }

    private static double[] weight(Model model, String name) {
        float[] f = model.graph().constant(name).orElseThrow().toFloats();
        double[] out = new double[f.length];
        for (int i = 0; i < f.length; i++) {
            out[i] = f[i];
        }
        return out;
    }

    @Test
    void exits_are_attached_trained_cut_and_run() throws Exception {
        Outcome made = ExitTraining.run(SHORT, network(), bench(network()));
        ExitPoints points = ExitPoints.of(made.model()).orElseThrow();
        the_curve_has_the_latency_of_the_stages_that_are_reached(made);
        assertThat(made.model().graph().outputNames()).containsExactly("logits", "exit1", "exit2");
        assertThat(made.model().graph().nodes()).noneMatch(n -> n.is("Mul"));
        Path manifest = ExitManifest.write(made.model(), ExitStages.of(made.model()), folder.resolve("stages"));
        try (OrtSession whole = OrtSession.of(OnnxFile.bytes(made.model()), 1);
                EarlyExitSession session = EarlyExitSession.open(manifest)) {
            Map<String, Tensor> inputs = images(64);
            Map<String, Tensor> all = whole.run(inputs);
            ExitPolicy policy = session.manifest().policy();
            ExitAnswer last = session.run(inputs, policy.never());
            assertThat(last.exits()).containsOnly(2);
            assertThat(Difference.of("logits", all.get("logits"), last.scores()).maxAbsolute())
                    .isLessThan(1e-5);
            ExitAnswer first = session.run(inputs, policy.always());
            assertThat(first.exits()).containsOnly(0);
            assertThat(Difference.of("exit1", all.get("exit1"), first.scores()).maxAbsolute())
                    .isLessThan(1e-5);
            a_batch_answers_as_its_samples(session, inputs, points);
            concurrent_callers_get_their_own_answers(session);
            ExitAnswer hurried = session.run(inputs, policy.never(), Duration.ofNanos(1));
            assertThat(hurried.exits()).containsOnly(0);
            assertThat(hurried.isLate()).isTrue();
            ExitAnswer patient = session.run(inputs, policy.never(), Duration.ofSeconds(10));
            assertThat(patient.exits()).containsOnly(2);
            assertThat(patient.isLate()).isFalse();
            assertThat(session.manifest().macs()).isEqualTo(ExitStages.macs(made.model(), points, Map.of()));
        }
    }

    @Test
    void a_network_that_takes_images_of_any_size_gets_exits_too() throws IOException {
        Model fixed = network();
        Dim[] free = {Dim.symbol("N"), Dim.of(1), Dim.symbol("H"), Dim.symbol("W")};
        Model any = fixed.withGraph(fixed.graph().withInputs(List.of(ValueInfo.of("input", DType.FLOAT, free))));
        Workbench bench = bench(any);
        Model made = ExitTraining.run(settings(Trunk.JOINT, new Training().withEpochs(1)), any, bench)
                .model();
        Path manifest = ExitManifest.write(made, ExitStages.of(made, bench.shapes()), folder.resolve("any"));
        try (EarlyExitSession session = EarlyExitSession.open(manifest)) {
            assertThat(session.run(images(5)).exits()).hasSize(5);
            assertThat(session.manifest().macs())
                    .isEqualTo(ExitStages.macs(made, ExitPoints.of(made).orElseThrow(), bench.shapes()));
        }
    }

    /** The referee says 1 ms for every stage, and there are three: a mean of 1 to 3 ms, the more the later samples leave. */
    private static void the_curve_has_the_latency_of_the_stages_that_are_reached(Outcome made) {
        List<?> curve = (List<?>) Objects.requireNonNull(made.details().get("curve"));
        Map<?, ?> cheapest = (Map<?, ?>) curve.get(0);
        assertThat((List<?>) cheapest.get("thresholds")).hasSize(2);
        double whole = macs(made, 2);
        for (Object each : curve) {
            Map<?, ?> point = (Map<?, ?>) each;
            assertThat(number(point, "latencyMillis")).isBetween(1.0, 3.0);
            assertThat(number(point, "meanMacs")).isBetween(macs(made, 0), whole);
            assertThat(number(point, "accuracy")).isBetween(0.0, 1.0);
        }
        assertThat(number(cheapest, "meanMacs")).isEqualTo(macs(made, 0));
        assertThat(number(cheapest, "latencyMillis")).isEqualTo(1);
        assertThat(made.details()).containsEntry("latencyMillisWithoutExits", 1.0);
        assertThat(made.notes()).anyMatch(n -> n.startsWith("last exit: ") && n.contains(" MACs, 3.000 ms, "));
    }

    private static double macs(Outcome made, int exit) {
        return number(
                (Map<?, ?>) ((List<?>) Objects.requireNonNull(made.details().get("exits"))).get(exit), "macs");
    }

    private static double number(Map<?, ?> of, String key) {
        return ((Number) Objects.requireNonNull(of.get(key), key)).doubleValue();
    }

    @Test
    void without_labels_exits_are_said_to_agree_with_the_last_one() {
        DataSource unlabelled = DataSource.of(new Halves(128, false), new Halves(50, false));
        Outcome made = ExitTraining.run(
                settings(Trunk.JOINT, new Training().withEpochs(1)), network(), bench(network(), unlabelled));
        assertThat(made.notes())
                .anyMatch(n -> n.matches("exit at \\S+: [0-9.]+ % agree with the last exit, \\d+ MACs, .*"))
                .anyMatch(n -> n.startsWith("last exit: 100.00 % agree with the last exit, "))
                .anyMatch(n -> n.matches("early exits: [0-9.]+ % agree with the last exit at \\d+ MACs on average, .*"))
                .noneMatch(n -> n.contains("right"));
        assertThat(made.details())
                .containsKeys("agreement", "heldOutAgreement")
                .doesNotContainKeys("accuracy", "heldOutAccuracy", "accuracyWithoutExits");
        for (String list : List.of("exits", "curve")) {
            for (Object each : (List<?>) Objects.requireNonNull(made.details().get(list))) {
                Map<?, ?> one = (Map<?, ?>) each;
                assertThat(number(one, "agreement")).isBetween(0.0, 1.0);
                assertThat(one.containsKey("accuracy")).isFalse();
            }
        }
    }

    /** Nothing is trained: what the first exit takes is known before. */
    @Test
    void a_budget_that_no_exit_meets_names_the_nearest() {
        assertThatThrownBy(() -> ExitTraining.run(
                        settings(Trunk.JOINT, new Training().withEpochs(2), OptionalDouble.of(0.01)),
                        network(),
                        bench(network())))
                .isInstanceOf(BadInputException.class)
                .hasMessageMatching(
                        "a budget of 1\\.0% cannot be met: the first exit, at '\\S+', takes [0-9.]+%; give at least"
                                + " [0-9.]+% or attach an exit further in front");
    }

    /** At a threshold at which some leave at each exit. */
    private static void a_batch_answers_as_its_samples(
            EarlyExitSession session, Map<String, Tensor> inputs, ExitPoints points) {
        ExitPolicy policy = session.manifest().policy().withThresholds(List.of(0.55, 0.5));
        assertThat(points.thresholds()).hasSize(2);
        ExitAnswer together = session.run(inputs, policy);
        assertThat(together.exits()).contains(0, 1, 2);
        float[] scores = together.scores().toFloats();
        for (int i = 0; i < 64; i++) {
            float[] one = new float[256];
            new Halves(64).fill(i, 0, one, 0);
            ExitAnswer alone = session.run(Map.of("input", Tensor.floats(Shape.of(1, 1, 16, 16), one)), policy);
            assertThat(alone.exits()[0]).isEqualTo(together.exits()[i]);
            assertThat(alone.scores().toFloats()[1]).isCloseTo(scores[2 * i + 1], within(1e-5f));
        }
    }

    private static void concurrent_callers_get_their_own_answers(EarlyExitSession session) throws Exception {
        ExitPolicy policy = session.manifest().policy().withThresholds(List.of(0.55, 0.5));
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            List<Callable<int[]>> calls = new ArrayList<>();
            for (int i = 0; i < 32; i++) {
                int samples = 1 + i % 7;
                calls.add(() -> session.run(images(samples), policy).exits());
            }
            List<Future<int[]>> answers = pool.invokeAll(calls);
            for (int i = 0; i < 32; i++) {
                assertThat(answers.get(i).get())
                        .isEqualTo(session.run(images(1 + i % 7), policy).exits());
            }
        } finally {
            pool.shutdown();
        }
    }

    @Test
    void a_frozen_trunk_stays_as_it_is() {
        Model before = network();
        Outcome made = ExitTraining.run(settings(Trunk.FROZEN, new Training().withEpochs(1)), before, bench(before));
        before.graph()
                .initializers()
                .forEach((name, t) ->
                        assertThat(made.model().graph().constant(name)).contains(t));
        assertThat(weight(made.model(), "exit1.fc.bias")[0]).isNotZero();
    }

    @Test
    void exits_go_where_they_are_asked_for_or_the_message_says_why_not() {
        assertThatThrownBy(() -> attach("layer1.0.relu3"))
                .hasMessage("the network has no value 'layer1.0.relu3' to attach an exit to, did you mean"
                        + " 'layer1.0.relu1'?");
        assertThatThrownBy(() -> attach("fc.weight"))
                .hasMessage(
                        "an exit cannot be attached to 'fc.weight' float[2,16]: it carries no batch, choose the output"
                                + " of a layer");
        assertThat(attach("layer2.0.relu2", "layer1.0.relu2").values())
                .containsExactly("layer1.0.relu2", "layer2.0.relu2");
    }

    private static ExitHeads attach(String... at) {
        return attach(List.of(at), List.of());
    }

    private static ExitHeads attach(List<String> at, List<Double> weights) {
        Exits d = SHORT;
        Exits how = new Exits(
                at,
                2,
                d.head(),
                d.trunk(),
                weights,
                d.scale(),
                d.distill(),
                d.temperature(),
                d.against(),
                d.rule(),
                d.drop(),
                d.budget(),
                d.calibration(),
                false,
                d.retrain());
        return ExitHeads.attach(network(), how, Map.of(), 1);
    }

    @Test
    void weights_of_losses_go_with_the_values_they_were_given_for() {
        assertThat(attach(List.of("layer2.0.relu2", "layer1.0.relu2"), List.of(0.25, 0.75))
                        .shares())
                .containsExactly(0.75, 0.25);
        assertThat(attach(List.of(), List.of(0.25, 0.75)).shares()).containsExactly(0.25, 0.75);
        assertThat(attach("layer1.0.relu2").shares()).containsExactly(1.0);
        assertThatThrownBy(() -> attach(List.of(), List.of(0.5)))
                .hasMessage("weights are 1 for 2 exits: give one for each");
    }

    @Test
    void no_step_goes_on_from_a_network_with_exits() {
        ExitHeads heads = attach("layer2.0.relu2", "layer1.0.relu2");
        Model model = heads.finished(heads.model(), SHORT);
        for (StepKind<?> kind : StepKind.ALL) {
            assertThatThrownBy(() -> kind.run(kind.defaults(), model, bench(model)))
                    .as(kind.key())
                    .hasMessage("the network has exits at layer1.0.relu2, layer2.0.relu2, with thresholds for it as it"
                            + " is: put the step 'exits' last");
        }
    }

    /** Six layers of 16 x 16: a third of the multiply-adds is done after the second, two thirds after the fourth. */
    @Test
    void proposed_exits_spread_the_work_evenly() {
        Model even = Zoo.create("mlp-16-16-16-16-16", 1, 4, 4, 16, 1);
        assertThat(proposed(even)).containsExactly(2 * 256L, 4 * 256L, 6 * 256L);
    }

    /**
     * conv1 takes 4 * 9 * 256, the blocks 2 * 4 * 4 * 9 * 256, then (8 * 4 + 8 * 8) * 9 * 64 + 8 * 4 * 64 and (16 * 8 + 16 * 16) * 9 * 16 +
     * 16 * 8 * 16, fc 32: 197,664 in all. The ends of the first blocks are at 82,944 and 140,288; a third is 65,888, and next to it only
     * 9,216 behind conv1; two thirds are 131,776.
     */
    @Test
    void proposed_exits_lie_between_blocks() {
        assertThat(proposed(network())).containsExactly(82_944L, 140_288L, 197_664L);
        assertThat(attach().values()).containsExactly("layer1.0.relu2", "layer2.0.relu2");
    }

    /** Multiply-adds of the trunk up to each of two proposed exits, then all. */
    private static List<Long> proposed(Model model) {
        List<String> ends = new ArrayList<>(Proposals.of(model, SymbolicShapes.of(model, Map.of()), 2));
        ends.addAll(model.graph().outputNames());
        return ends.stream()
                .map(end -> Part.between(model, List.of("input"), List.of(end)))
                .map(part -> Cost.of(part, Trace.of(part, InputShapes.of(part, 1, Map.of())))
                        .macs())
                .toList();
    }

    /** The trunk gets half of the exit's gradient, the exit's own weights all of it. */
    @Test
    void the_share_of_a_gradient_is_what_reaches_the_trunk() {
        Map<String, float[]> whole = gradients(1);
        Map<String, float[]> half = gradients(0.5);
        assertThat(half.get("exit1.fc.weight")).isEqualTo(whole.get("exit1.fc.weight"));
        float[] expected = whole.get("conv1.weight").clone();
        for (int i = 0; i < expected.length; i++) {
            expected[i] *= 0.5f;
        }
        assertThat(half.get("conv1.weight")).containsExactly(expected, within(1e-6f));
        assertThat(whole).doesNotContainKey("layer3.0.conv1.weight");
    }

    private static Map<String, float[]> gradients(double scale) {
        Exits d = SHORT;
        Exits how = new Exits(
                List.of("layer1.0.relu2"),
                1,
                d.head(),
                Trunk.JOINT,
                d.weights(),
                scale,
                0,
                d.temperature(),
                d.against(),
                d.rule(),
                d.drop(),
                d.budget(),
                d.calibration(),
                false,
                d.retrain());
        ExitHeads heads = ExitHeads.attach(network(), how, Map.of(), 1);
        ExitLoss loss = new ExitLoss(new CrossEntropy(), Optional.empty(), heads, List.of(1.0), how);
        Map<String, float[]> found = new HashMap<>();
        try (Program program = Program.of(heads.model())) {
            Batches batches = Batches.of(DATA.train(), Batching.inOrder(16, Normalization.NONE));
            BatchGradients.of(
                    program,
                    loss,
                    batches,
                    1,
                    g -> g.forEach(
                            (name, t) -> found.put(name, Tensors.toHost(t).toFloats())));
        }
        return found;
    }
}
