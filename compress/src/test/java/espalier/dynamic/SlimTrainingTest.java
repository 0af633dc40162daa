package espalier.dynamic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import espalier.channel.ChannelGroups;
import espalier.data.Batches;
import espalier.data.Batching;
import espalier.data.DataSource;
import espalier.data.Normalization;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.onnx.OnnxFile;
import espalier.onnx.OnnxText;
import espalier.pack.PackedFile;
import espalier.pass.Passes;
import espalier.recipe.StepKind;
import espalier.runtime.Difference;
import espalier.torch.Program;
import espalier.torch.Tensors;
import espalier.torch.Threads;
import espalier.train.BatchGradients;
import espalier.train.CrossEntropy;
import espalier.train.Objective;
import espalier.train.Training;
import espalier.width.Widths;
import espalier.work.Against;
import espalier.work.Evaluation;
import espalier.work.Monitor;
import espalier.work.OrtJudge;
import espalier.work.Outcome;
import espalier.work.Referee;
import espalier.work.Spots;
import espalier.work.StoppedException;
import espalier.work.Stopping;
import espalier.work.Workbench;
import espalier.zoo.Zoo;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SlimTrainingTest {
    private static final DataSource DATA = DataSource.of(new Spots(0, 256, true), new Spots(1000, 100, true));
    private static final List<Double> QUARTERS = List.of(1.0, 0.75, 0.5, 0.25);
    private static final Slim SHORT = settings(QUARTERS, 3);

    @TempDir
    private Path folder;

    private static Slim settings(List<Double> widths, int epochs) {
        return new Slim(widths, 1, 1, Against.LABELS, new Training().withEpochs(epochs));
    }

    @BeforeAll
    static void one_thread() {
        Threads.set(1);
    }

    private static Model network(String key) {
        return Zoo.create(key, 1, 4, 4, 4, 3);
    }

    private Workbench bench(Model model) {
        return bench(model, "run", Monitor.SILENT);
    }

    private Workbench bench(Model model, String name, Monitor monitor) {
        return new Workbench(
                model,
                DATA,
                Normalization.NONE,
                OrtJudge.still(),
                monitor,
                folder.resolve(name + ".ckpt"),
                1,
                Optional.empty());
    }

    private static MergedWidths merged(Model model, List<Double> widths) {
        Model ready = Passes.beforeTraining().apply(model);
        return MergedWidths.of(ready, ChannelGroups.of(ready), widths);
    }

    private Map<String, Tensor> run(Model model) {
        Workbench bench = bench(model);
        try (Referee.Session session = bench.referee().open(model)) {
            return session.run(Evaluation.named(model, bench.testBatches(model).batch(0, 0)));
        }
    }

    private static Tensor weight(Model model, String name) {
        return model.graph().constant(name).orElseThrow();
    }

    @Test
    void each_width_is_what_the_whole_computes_for_it() {
        Outcome made = SlimTraining.run(SHORT, network("resnet8@0.5"), bench(network("resnet8@0.5")));

        Widths widths = Widths.of(made.model()).orElseThrow();
        assertThat(widths.widths()).isEqualTo(QUARTERS);
        assertThat(widths.outputs()).containsExactly("logits", "w0.75.logits", "w0.5.logits", "w0.25.logits");
        assertThat(widths.accuracies()).hasSize(4);
        Map<String, Tensor> all = run(made.model());
        for (int i = 0; i < 4; i++) {
            Model own = widths.network(made.model(), i);
            assertThat(own.graph().outputNames()).containsExactly("logits");
            assertThat(Widths.of(own)).isEmpty();
            Tensor whole = Objects.requireNonNull(all.get(widths.outputs().get(i)));
            Tensor alone = Objects.requireNonNull(run(own).get("logits"));
            assertThat(Difference.of("logits", whole, alone).maxAbsolute()).isLessThan(1e-5);
        }
        assertThat(made.notes()).anyMatch(n -> n.matches("width 0\\.5: .* % right, \\d+ MACs, \\d+ parameters, .* ms"));
    }

    @Test
    void a_narrower_width_has_the_shapes_of_its_twin_and_the_first_weights_of_the_widest() {
        Model wide = SlimTraining.run(SHORT, network("resnet8@0.5"), bench(network("resnet8@0.5")))
                .model();
        Model half = Widths.of(wide).orElseThrow().network(wide, 2);
        Model twin = network("resnet8@0.25");
        assertThat(half.graph().initializers().keySet())
                .isEqualTo(twin.graph().initializers().keySet());
        twin.graph()
                .initializers()
                .forEach((name, t) -> assertThat(weight(half, name).shape()).isEqualTo(t.shape()));
        float[] all = weight(wide, "layer2.0.conv2.weight").toFloats();
        float[] some = weight(half, "layer2.0.conv2.weight").toFloats();
        for (int o = 0; o < 8; o++) {
            for (int i = 0; i < 8; i++) {
                assertThat(Arrays.copyOfRange(some, (o * 8 + i) * 9, (o * 8 + i) * 9 + 9))
                        .isEqualTo(Arrays.copyOfRange(all, (o * 16 + i) * 9, (o * 16 + i) * 9 + 9));
            }
        }
        for (String own : List.of("layer2.0.bn2.weight", "layer2.0.bn2.bias", "layer2.0.bn2.running_mean")) {
            assertThat(Arrays.copyOf(weight(wide, own).toFloats(), 8))
                    .isNotEqualTo(weight(half, own).toFloats());
        }
    }

    /** In-place distillation: what is the widest's alone learns from labels alone; shared weights learn from all. */
    @Test
    void no_gradient_of_a_narrower_width_reaches_the_widest_as_a_teacher() {
        MergedWidths merged = merged(network("resnet8@0.5"), QUARTERS);
        List<String> narrower = merged.scores().subList(1, 4);
        Map<String, float[]> alone = gradients(merged.model(), new CrossEntropy());
        Map<String, float[]> together =
                gradients(merged.model(), new SlimLoss(new CrossEntropy(), narrower, new Pupil(1, 1, 0)));
        assertThat(together.get("bn1.weight")).isEqualTo(alone.get("bn1.weight"));
        assertThat(together.get("w0.5.bn1.weight")).isNotNull();
        assertThat(alone).doesNotContainKey("w0.5.bn1.weight");
        assertThat(together.get("conv1.weight")).isNotEqualTo(alone.get("conv1.weight"));
    }

    private static Map<String, float[]> gradients(Model model, Objective loss) {
        Map<String, float[]> found = new HashMap<>();
        try (Program program = Program.of(model)) {
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

    /** Joined, split, shuffled and grouped channels: what stays of a weight need not lie at its beginning. */
    @ParameterizedTest
    @ValueSource(strings = {"squeezenet@0.25", "shufflenetv1@0.25", "shufflenetv2@0.25", "mobilenetv2@0.25", "lenet5"})
    void widths_of_any_topology_share_their_weights(String key) {
        Model model = Zoo.create(key, 1, 28, 28, 4, 3);
        MergedWidths merged = merged(model, List.of(1.0, 0.5));
        Model half = merged.widths().network(merged.model(), 1);
        long shared = elements(merged.model(), "weight") - elements(model, "weight");
        assertThat(shared).isLessThan(elements(half, "weight") / 10);
        Tensor image = Tensor.floats(Shape.of(1, 1, 28, 28), noise());
        try (Referee.Session all = OrtJudge.still().open(merged.model());
                Referee.Session one = OrtJudge.still().open(half);
                Referee.Session wide = OrtJudge.still().open(model)) {
            Map<String, Tensor> found = all.run(Map.of("input", image));
            assertThat(Difference.of(
                                    "logits",
                                    found.get("w0.5.logits"),
                                    one.run(Map.of("input", image)).get("logits"))
                            .maxAbsolute())
                    .isLessThan(1e-5);
            assertThat(found.get("logits"))
                    .isEqualTo(wide.run(Map.of("input", image)).get("logits"));
        }
    }

    private static float[] noise() {
        float[] values = new float[28 * 28];
        java.util.Random random = new java.util.Random(1);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static long elements(Model model, String suffix) {
        return model.graph().initializers().entrySet().stream()
                .filter(e -> e.getKey().endsWith(suffix))
                .mapToLong(e -> e.getValue().elements())
                .sum();
    }

    @Test
    void four_widths_take_hardly_more_bytes_than_the_widest() {
        MergedWidths merged = merged(Zoo.create("resnet8", 1, 28, 28, 10, 3), QUARTERS);
        Model alone = Widths.widest(merged.model());
        assertThat(PackedFile.pack(merged.model()).bytes().length)
                .isLessThan(115 * PackedFile.pack(alone).bytes().length / 100);
    }

    @Test
    void a_network_without_batch_normalization_gets_it() {
        Model lenet = Zoo.create("mlp-32-16", 1, 4, 4, 4, 3);
        Outcome made = SlimTraining.run(settings(List.of(0.5, 1.0), 2), lenet, bench(lenet));
        assertThat(made.notes())
                .contains("batch normalization put behind layers that had none: 2; each width has its own");
        assertThat(made.model().graph().nodes())
                .filteredOn(n -> n.is("BatchNormalization"))
                .hasSize(4);
    }

    @Test
    void a_layer_without_batch_normalization_gets_it_beside_those_that_have_it() {
        Model some = withoutLastNorm(Zoo.create("mlp-bn-32-16", 1, 4, 4, 4, 3));
        Outcome made = SlimTraining.run(settings(List.of(0.5, 1.0), 2), some, bench(some));
        assertThat(made.notes())
                .contains("batch normalization put behind layers that had none: 1; each width has its own");
        assertThat(made.model().graph().nodes())
                .filteredOn(n -> n.is("BatchNormalization"))
                .hasSize(4);
    }

    private static Model withoutLastNorm(Model model) {
        List<Node> norms = model.graph().nodes().stream()
                .filter(n -> n.is("BatchNormalization"))
                .toList();
        Node last = norms.get(norms.size() - 1);
        List<Node> nodes = model.graph().nodes().stream()
                .filter(n -> !n.equals(last))
                .map(n -> n.withInputs(n.inputs().stream()
                        .map(in -> in.equals(last.output(0)) ? last.input(0) : in)
                        .toList()))
                .toList();
        Map<String, Tensor> left = new HashMap<>(model.graph().initializers());
        left.keySet().removeAll(last.inputs());
        return model.withGraph(model.graph().withNodes(nodes).withInitializers(left));
    }

    @Test
    void a_run_that_was_stopped_goes_on_to_the_same_bytes() {
        Model start = network("resnet8@0.25");
        byte[] whole = OnnxFile.bytes(SlimTraining.run(SHORT, start, bench(start, "whole", Monitor.SILENT))
                .model());
        Monitor impatient =
                new Stopping(() -> folder.resolve("stopped.ckpt").toFile().exists());
        assertThatThrownBy(() -> SlimTraining.run(SHORT, start, bench(start, "stopped", impatient)))
                .isInstanceOf(StoppedException.class);
        Outcome resumed = SlimTraining.run(SHORT, start, bench(start, "stopped", Monitor.SILENT));
        assertThat(OnnxFile.bytes(resumed.model())).isEqualTo(whole);
    }

    @Test
    void one_width_is_taken_for_the_next_step() {
        MergedWidths merged = merged(network("resnet8@0.5"), QUARTERS);
        Model half = new Width(0.5).take(merged.model()).model();
        assertThat(half).isEqualTo(merged.widths().network(merged.model(), 2));
        assertThatThrownBy(() -> new Width(0.4).take(merged.model()))
                .hasMessage("width 0.4 is not among those of the model: 1, 0.75, 0.5, 0.25");
        assertThatThrownBy(() -> new Width(0.5).take(half))
                .hasMessage("the network has one width only: give it several with the step 'slim'");
        StepKind<?> train = StepKind.find("train").orElseThrow();
        assertThatThrownBy(() -> train.run(new Training(), merged.model(), bench(half)))
                .hasMessage("the network has the widths 1, 0.75, 0.5, 0.25: take one of them first, with the step"
                        + " 'width'");
    }

    @Test
    void widths_that_cannot_be_are_one_line() {
        assertThatThrownBy(() -> settings(List.of(1.0, 1.5), 1))
                .hasMessage("widths must be above 0 and at most 1, got 1.5");
        assertThatThrownBy(() -> settings(List.of(1.0, 0.0), 1))
                .hasMessage("widths must be above 0 and at most 1, got 0");
        assertThatThrownBy(() -> settings(List.of(0.75, 0.5), 1))
                .hasMessage("widths must have the whole network among them: add 1");
        assertThatThrownBy(() -> settings(List.of(1.0, 0.5, 0.5), 1))
                .hasMessage("widths must be different ones, got 1, 0.5, 0.5");
        assertThatThrownBy(() -> settings(List.of(1.0), 1))
                .hasMessage("widths must be two or more: add a narrower one, as 0.5");
        assertThatThrownBy(() -> merged(network("resnet8@0.25"), List.of(1.0, 0.5, 0.49)))
                .hasMessage("widths 0.5 and 0.49 keep the same channels of this network: leave one out");
        assertThatThrownBy(() -> merged(OnnxText.parse("""
                        <ir_version: 8, opset_import: ["" : 17]>
                        agraph (float[N,3] x) => (float[N,2] y)
                        <float[2,3] w = {1, 2, 3, 4, 5, 6}>
                        { y = Gemm<transB = 1>(x, w) }"""), List.of(1.0, 0.5)))
                .hasMessage("the network has no channels that can go, so it has one width only: 'inspect' says what"
                        + " holds them");
    }
}
