package espalier.factorize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import espalier.data.DataSource;
import espalier.data.Normalization;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.onnx.OnnxFile;
import espalier.op.Cost;
import espalier.op.InputShapes;
import espalier.op.Trace;
import espalier.recipe.Compression;
import espalier.recipe.Recipe;
import espalier.recipe.Report;
import espalier.recipe.RunFolder;
import espalier.torch.Threads;
import espalier.work.Evaluation;
import espalier.work.Monitor;
import espalier.work.OrtJudge;
import espalier.work.Outcome;
import espalier.work.Referee;
import espalier.work.Spots;
import espalier.work.Workbench;
import espalier.zoo.Zoo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FactorizationTest {
    private static final String RETRAIN = "retrain: {epochs: 3, batch: 32, learning-rate: 0.02}";

    @TempDir
    static Path folder;

    private static Model trained = Zoo.create("resnet8@0.5", 1, 4, 4, 4, 1);

    @BeforeAll
    static void train_once() {
        Threads.set(1);
        trained = step("train: {epochs: 6, batch: 32, learning-rate: 0.05}", trained)
                .model();
    }

    private static Outcome step(String step, Model model) {
        return step(step, model, OrtJudge.still());
    }

    private static Outcome step(String step, Model model, Referee referee) {
        Recipe.Step parsed = Recipe.parse("model: zoo:lenet5\ndata: spots\nsteps:\n  - " + step + "\n", "recipe.yaml")
                .steps()
                .get(0);
        return parsed.kind().run(parsed.config(), model, bench(model, step, referee));
    }

    private static Workbench bench(Model model, String step) {
        return bench(model, step, OrtJudge.still());
    }

    private static Workbench bench(Model model, String step, Referee referee) {
        return new Workbench(
                model,
                DataSource.of(new Spots(0, 256, true), new Spots(256, 128, true)),
                Normalization.NONE,
                referee,
                Monitor.SILENT,
                folder.resolve(Integer.toHexString(step.hashCode()) + ".ckpt"),
                1,
                Optional.empty());
    }

    private static double accuracy(Model model) {
        Workbench bench = bench(model, "");
        try (Referee.Session session = bench.referee().open(model)) {
            return Evaluation.of(model, session, bench.testBatches(model))
                    .accuracy()
                    .orElseThrow();
        }
    }

    private static Cost cost(Model m) {
        return Cost.of(m, Trace.of(m, InputShapes.of(m, 1, Map.of())));
    }

    @ParameterizedTest
    @ValueSource(strings = {"svd", "spatial", "tucker", "{cp: {sweeps: 20}}"})
    void every_method_keeps_what_was_learned_in_fewer_multiply_adds(String method) {
        Outcome made =
                step("factorize: {method: " + method + ", rank: {energy: {kept: 0.5}}, " + RETRAIN + "}", trained);
        assertThat(cost(made.model()).macs()).isLessThan(cost(trained).macs());
        assertThat(accuracy(trained)).isGreaterThan(0.95);
        assertThat(accuracy(made.model())).isGreaterThan(0.9);
        assertThat(made.notes())
                .anyMatch(n -> n.matches("layer3.0.conv2: rank .* weights, .* multiply-adds, error 0\\..*"));
        assertThat(made.details()).containsKey("layers");
    }

    @Test
    void a_budget_of_the_whole_network_is_met_by_measured_sensitivity() {
        Outcome made = step("factorize: {rank: {budget: {share: 60%}}, " + RETRAIN + "}", trained);
        assertThat(cost(made.model()).macs()).isLessThanOrEqualTo(cost(trained).macs() * 6 / 10);
        assertThat(accuracy(made.model())).isGreaterThan(0.9);
    }

    @Test
    void separable_convolutions_learn_with_norm_and_activation_between_layer_by_layer_first() {
        Outcome made = step(
                "factorize: {method: separable, between: norm-relu, layerwise: 1, control: 1, " + RETRAIN + "}",
                trained);
        assertThat(accuracy(made.model())).isGreaterThan(0.8);
        List<Node> nodes = made.model().graph().nodes();
        assertThat(nodes.stream().filter(n -> n.intAttr("group", 1) > 1)).hasSize(6);
        assertThat(nodes.stream().map(Node::name)).contains("layer2.0.conv1.factor1.relu");
        assertThat(made.notes()).anyMatch(n -> n.startsWith("control: scratch"));
    }

    @Test
    void norms_between_change_nothing_at_first_and_go_with_those_of_the_network() {
        Model plain = new espalier.pass.FoldBatchNorm().apply(trained);
        String settings = "factorize: {method: svd, rank: {energy: {kept: 0.99}}, between: norm, recover: [], "
                + "retrain: {steps: 1, batch: 32, learning-rate: 1e-9}}";
        Outcome made = step(settings, plain);
        assertThat(made.model().graph().nodes()).noneMatch(n -> n.is("BatchNormalization"));
        assertThat(accuracy(made.model())).isEqualTo(accuracy(trained), org.assertj.core.api.Assertions.within(0.02));
    }

    @Test
    void a_recipe_splits_prunes_distills_and_quantizes_and_measures_each_step() throws IOException {
        Recipe recipe = Recipe.parse("""
                model: trained.onnx
                data: spots
                steps:
                  - factorize: {method: tucker, rank: {energy: {kept: 0.6}}, %s}
                  - prune: {ratio: 25%%, widths: {round: 1}, %s}
                  - distill: {training: {epochs: 2, batch: 32, learning-rate: 0.02}}
                  - quantize: {measured: false}
                """.formatted(RETRAIN, RETRAIN), "recipe.yaml");
        Compression chain = new Compression(
                recipe,
                Optional.of(trained),
                bench(trained, "").data(),
                OrtJudge.still(),
                Monitor.SILENT,
                Map.of(),
                folder);
        Report report;
        try (RunFolder run = RunFolder.open(folder.resolve("chain"), recipe.toYaml(), false)) {
            report = chain.run(run);
        }
        assertThat(report.steps())
                .hasSize(4)
                .allSatisfy(
                        s -> assertThat(s.measured().accuracy().orElseThrow()).isGreaterThan(0.85));
        assertThat(report.steps().get(1).measured().macs())
                .isLessThan(report.steps().get(0).measured().macs());
        assertThat(report.after().bytes()).isLessThan(report.before().bytes());
        Model end = OnnxFile.read(folder.resolve("chain/model.onnx"));
        assertThat(end.graph().nodes()).anyMatch(n -> n.is("QuantizeLinear"));
        assertThat(accuracy(end)).isEqualTo(report.after().accuracy().orElseThrow());
    }

    /** Latencies come out otherwise when they are taken again. */
    @Test
    void a_budget_of_latency_counts_what_the_referee_measures_and_is_chosen_once() {
        double[] unit = {1};
        OrtJudge slow = new OrtJudge(m -> unit[0] * cost(m).macs());
        String step = "factorize: {rank: {budget: {of: latency, share: 85%}}, include: [layer2*], " + RETRAIN + "}";
        Outcome made = step(step, trained, slow);
        assertThat(cost(made.model()).macs()).isLessThanOrEqualTo(cost(trained).macs() * 85 / 100);
        unit[0] = -1;
        assertThat(cost(step(step, trained, slow).model()).macs())
                .isEqualTo(cost(made.model()).macs());
    }

    @Test
    void refuses_weights_that_are_not_finite() {
        float[] nan = new float[128];
        java.util.Arrays.fill(nan, Float.NaN);
        Map<String, Tensor> broken = Map.of("fc.weight", Tensor.floats(Shape.of(4, 32), nan));
        Model m = trained.withGraph(trained.graph().plusInitializers(broken));
        assertThatThrownBy(() -> step("factorize: {weighted: false, rank: {number: {rank: 2}}, include: fc}", m))
                .hasMessage(
                        "layer 'fc' has weights that are NaN or infinite: train the model again before splitting it");
    }
}
