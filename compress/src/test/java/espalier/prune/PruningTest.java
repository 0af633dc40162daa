package espalier.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import espalier.channel.Choice;
import espalier.config.Binder;
import espalier.graph.BadInputException;
import espalier.graph.DType;
import espalier.graph.Dim;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.graph.ValueInfo;
import espalier.op.Cost;
import espalier.op.InputShapes;
import espalier.op.Trace;
import espalier.pass.FoldBatchNorm;
import espalier.recipe.Yaml;
import espalier.torch.Threads;
import espalier.train.Training;
import espalier.work.Monitor;
import espalier.work.Origin;
import espalier.work.Outcome;
import espalier.work.Retraining;
import espalier.work.StoppedException;
import espalier.work.Stopping;
import espalier.work.Totals;
import espalier.work.Workbench;
import espalier.zoo.Zoo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The whole step on small networks. */
class PruningTest {
    private static final String SHORT = ", retrain: {epochs: 2, batch: 32, learning-rate: 0.05}";
    private static final Desk.Clusters IMAGES = Desk.Clusters.of(128, 4, 3, 8, 8);
    private static final Desk.Clusters POINTS = Desk.Clusters.of(128, 4, 1, 4, 4);

    @TempDir
    Path folder;

    private int runs;

    @BeforeAll
    static void one_thread() {
        Threads.set(1);
    }

    private static Model resnet() {
        return Zoo.create("resnet8@0.5", 3, 8, 8, 4, 1);
    }

    private static Model mlp() {
        return Zoo.create("mlp-32-16", 1, 4, 4, 4, 1);
    }

    private Outcome prune(Model model, Desk.Clusters data, String settings) {
        return prune(model, data, settings, Optional.empty());
    }

    private Outcome prune(Model model, Desk.Clusters data, String settings, Optional<Origin> origin) {
        return prune(model, data, settings, origin, Monitor.SILENT);
    }

    private Outcome prune(Model model, Desk.Clusters data, String settings, Optional<Origin> origin, Monitor monitor) {
        Workbench bench = Desk.of(model, data, origin, folder.resolve(runs++ + ".ckpt"), monitor);
        return Pruning.run(Desk.settings(settings), model, bench);
    }

    private static double macs(Model before, Model after) {
        return (double) macs(after) / macs(before);
    }

    private static long macs(Model m) {
        return Cost.of(m, Trace.of(m, InputShapes.of(m, 1, Map.of()))).macs();
    }

    private static long width(Model m, String layer) {
        return m.graph().initializers().get(layer + ".weight").shape().dim(0);
    }

    private static double zeros(Model m, String weight) {
        return 1 - Masks.kept(Desk.weights(m, weight));
    }

    @ParameterizedTest
    @CsvSource({
        "l1, per-layer",
        "l2, global",
        "fpgm, per-layer",
        "slimming, global",
        "apoz, per-layer",
        "taylor, global",
        "random, per-layer"
    })
    void every_importance_cuts_a_residual_network_to_half_of_its_multiply_adds(String importance, String selection) {
        String by = importance.equals("slimming") ? "{slimming: {training: {epochs: 1, batch: 32}}}" : importance;
        Outcome made = prune(
                resnet(),
                IMAGES,
                "{importance: " + by + ", selection: " + selection + ", macs: 50%, widths: {round: 1}" + SHORT + "}");
        assertThat(macs(resnet(), made.model())).isBetween(0.3, 0.5);
        assertThat(made.notes()).anyMatch(n -> n.startsWith("masked and cut network agree within "));
        assertThat(Desk.outputs(made.model(), IMAGES)).hasSize(1);
    }

    @Test
    void a_goal_in_multiply_adds_is_used_up_as_far_as_rounded_widths_allow() {
        Model m = Zoo.create("lenet5", 1, 28, 28, 4, 1);
        Workbench bench = Desk.of(m, Desk.Clusters.of(8, 4, 1, 28, 28));
        Prune settings = Desk.settings("{macs: 50%}");
        ChannelPlan plan = new ChannelPlan(m, settings, settings.goal(), Sensitivity.UNKNOWN, bench.shapes());
        Choice choice = plan.choice(WeightEvidence.of(m), 1);
        // the mildest ratio leaves 8, 32 and 296; of 16 more filters in conv1 the half would not be left
        assertThat(plan.describe(choice)).containsExactly("conv1: 20 -> 8", "conv2: 50 -> 40", "fc1: 500 -> 304");
    }

    /** As CNTK writes networks: for one sample, and a weight in another shape than its layer reads. */
    private static Model forOneSample(Model free) {
        Graph g = free.graph();
        Tensor weight = g.initializers().get("fc1.weight");
        Map<String, Tensor> constants = new HashMap<>(g.initializers());
        constants.put("fc1.weight", Tensor.floats(Shape.of(8, 4, 16), weight.toFloats()));
        constants.put("one", Tensor.longs(1, 16));
        constants.put("rows", Tensor.longs(32, 16));
        List<Node> nodes = new ArrayList<>();
        nodes.add(Node.of("Reshape", List.of("fc1.weight", "rows"), "fc1.rows"));
        for (Node n : g.nodes()) {
            if (n.is("Flatten")) {
                nodes.add(Node.of("Reshape", List.of(n.input(0), "one"), n.output(0)));
            } else {
                nodes.add(n.input(1).equals("fc1.weight") ? n.withInput(1, "fc1.rows") : n);
            }
        }
        return free.withGraph(g.withNodes(nodes)
                .withInitializers(constants)
                .withInputs(List.of(ValueInfo.of(
                        g.inputs().get(0).name(), DType.FLOAT, Dim.of(1), Dim.of(1), Dim.of(4), Dim.of(4))))
                .withOutputs(List.of(ValueInfo.of(g.outputNames().get(0), DType.FLOAT, Dim.of(1), Dim.of(4)))));
    }

    @Test
    void a_network_made_for_one_sample_is_trained_in_batches_and_takes_any() {
        Model fixed = forOneSample(mlp());
        Outcome made = prune(fixed, POINTS, "{ratio: 50%, widths: {round: 1}" + SHORT + "}");
        assertThat(made.notes()).anyMatch(n -> n.startsWith("fc1: 32 -> 16"));
        assertThat(Desk.outputs(made.model(), POINTS).values())
                .allSatisfy(scores -> assertThat(scores.shape()).isEqualTo(Shape.of(100, 4)));
    }

    @Test
    void slimming_works_on_a_file_whose_batch_norm_was_folded_and_leaves_none() {
        Model folded = new FoldBatchNorm().apply(resnet());
        Outcome made = prune(
                folded,
                IMAGES,
                "{importance: {slimming: {training: {epochs: 1, batch: 32}}}, selection: global, ratio: 40%,"
                        + " widths: {round: 1}" + SHORT + "}");
        assertThat(folded.graph().nodes()).noneMatch(n -> n.is("BatchNormalization"));
        assertThat(made.model().graph().nodes()).noneMatch(n -> n.is("BatchNormalization"));
        assertThat(macs(folded, made.model())).isLessThan(0.9);
        assertThat(made.model().graph().nodes()).hasSameSizeAs(folded.graph().nodes());
    }

    @Test
    void rounds_reach_the_ratio_step_by_step() {
        Outcome made = prune(mlp(), POINTS, "{ratio: 75%, rounds: 2, widths: {round: 1, minimum: 1}" + SHORT + "}");
        assertThat(made.notes()).contains("fc1: 32 -> 16", "fc2: 16 -> 8", "fc1: 16 -> 8", "fc2: 8 -> 4");
        assertThat(width(made.model(), "fc1")).isEqualTo(8);
    }

    @Test
    void a_round_that_rounding_leaves_nothing_to_is_left_out() {
        Outcome made = prune(mlp(), POINTS, "{ratio: 50%, rounds: 5, widths: {round: 8, minimum: 8}" + SHORT + "}");
        // 27.9 of 32 are rounded to 24, of which the second round would keep 24.3
        assertThat(made.notes()).contains("fc1: 32 -> 24", "round 2: nothing to cut, widths being rounded");
        assertThat(width(made.model(), "fc1")).isEqualTo(16);
    }

    @Test
    void patterns_say_which_layers() {
        Outcome one = prune(mlp(), POINTS, "{include: [fc1], widths: {round: 1}" + SHORT + "}");
        assertThat(List.of(width(one.model(), "fc1"), width(one.model(), "fc2")))
                .containsExactly(16L, 16L);
        Outcome other = prune(mlp(), POINTS, "{exclude: ['*1'], widths: {round: 1}" + SHORT + "}");
        assertThat(List.of(width(other.model(), "fc1"), width(other.model(), "fc2")))
                .containsExactly(32L, 8L);
    }

    @Test
    void soft_masks_are_chosen_every_epoch_and_cut_at_the_end() {
        Outcome made = prune(resnet(), IMAGES, "{importance: l2, masking: soft, widths: {round: 1}" + SHORT + "}");
        assertThat(macs(resnet(), made.model())).isBetween(0.2, 0.35);
        assertThat(made.notes()).anyMatch(n -> n.startsWith("masked and cut network agree within "));
    }

    @Test
    void gradual_masks_over_channels_are_cut_at_the_end() {
        Outcome made = prune(resnet(), IMAGES, "{masking: {gradual: {every: 2}}, widths: {round: 1}" + SHORT + "}");
        assertThat(macs(resnet(), made.model())).isBetween(0.2, 0.35);
    }

    /** What is left has other means and ranks than the whole, by which more would be chosen. */
    @ParameterizedTest
    @CsvSource({
        "gradual, global, 30%, 24",
        "gradual, lamp, 45%, 16",
        "gradual, '{deviation: {quality: 0.9}}', 50%, 24",
        "splice, global, 30%, 24",
        "splice, lamp, 45%, 16",
        "splice, '{deviation: {quality: 0.9}}', 50%, 24"
    })
    void what_masks_held_is_cut_and_no_more(String masking, String selection, String ratio, long kept) {
        Outcome made = prune(
                mlp(),
                POINTS,
                "{masking: {" + masking + ": {every: 100}}, selection: " + selection + ", ratio: " + ratio
                        + ", retrain: {epochs: 2, batch: 32, learning-rate: 1e-9}}");
        assertThat(made.notes()).anyMatch(n -> n.startsWith("masked and cut network agree within "));
        assertThat(width(made.model(), "fc1")).isEqualTo(kept);
        assertThat(width(made.model(), "fc2")).isEqualTo(16);
    }

    @Test
    void chance_zeroes_in_the_end_what_it_zeroed_in_training() {
        Outcome made = prune(
                mlp(), POINTS, "{granularity: weights, masking: soft, importance: random, ratio: 50%" + SHORT + "}");
        double[] drawn = new RandomImportance()
                .ofWeights(List.of("fc1.weight"), new WeightEvidence(mlp(), Map.of(), 1)) // the seed of the desk
                .get(0);
        double middle = Arrays.stream(drawn).sorted().toArray()[drawn.length / 2];
        float[] w = Desk.weights(made.model(), "fc1.weight");
        for (int i = 0; i < w.length; i++) {
            assertThat(w[i] == 0).as("weight %d", i).isEqualTo(drawn[i] < middle);
        }
    }

    @ParameterizedTest
    @CsvSource({"taylor", "apoz"})
    void judging_by_data_asks_whether_to_stop(String importance) {
        assertThatThrownBy(() -> prune(
                        mlp(),
                        POINTS,
                        "{importance: " + importance + SHORT + "}",
                        Optional.empty(),
                        new Stopping(() -> true)))
                .isInstanceOf(StoppedException.class)
                .hasMessage("stopped while layers are judged");
    }

    @Test
    void judging_by_data_tells_how_far_it_is_and_takes_no_larger_batches_than_retraining() {
        Totals totals = new Totals();
        prune(mlp(), POINTS, "{importance: apoz, ratio: 50%" + SHORT + "}", Optional.empty(), totals);
        assertThat(totals.done().get("judge")).containsExactly(32L, 64L, 96L, 128L);
        assertThat(totals.totals().get("judge")).containsExactly(128L);
        Totals batches = new Totals();
        prune(mlp(), POINTS, "{importance: {taylor: {batches: 3}}" + SHORT + "}", Optional.empty(), batches);
        assertThat(batches.done().get("judge")).containsExactly(1L, 2L, 3L);
        assertThat(batches.totals().get("judge")).containsExactly(3L);
    }

    @Test
    void weights_go_and_the_report_says_that_this_is_not_faster() {
        Outcome made =
                prune(mlp(), POINTS, "{granularity: weights, selection: global, ratio: 80%, rounds: 2" + SHORT + "}");
        Sparsity sparsity = (Sparsity) made.details().get("sparsity");
        assertThat(1 - (double) sparsity.nonZero() / sparsity.weights()).isEqualTo(0.8, within(0.005));
        assertThat(made.notes())
                .anyMatch(n -> n.contains("that alone is not faster") && n.contains("a sparse file would take"));
    }

    @Test
    void two_of_four_hold_after_retraining() {
        Outcome made = prune(mlp(), POINTS, "{granularity: n-of-m" + SHORT + "}");
        float[] w = Desk.weights(made.model(), "fc2.weight");
        for (int i = 0; i < w.length; i += 4) {
            int kept = 0;
            for (int k = 0; k < 4; k++) {
                kept += w[i + k] != 0 ? 1 : 0;
            }
            assertThat(kept).isEqualTo(2);
        }
    }

    @Test
    void blocks_and_thresholds_and_splices_run_on_single_weights() {
        Outcome blocks = prune(mlp(), POINTS, "{granularity: blocks, ratio: 50%" + SHORT + "}");
        assertThat(zeros(blocks.model(), "fc2.weight")).isEqualTo(0.5, within(0.01));
        Outcome splice = prune(mlp(), POINTS, "{granularity: weights, masking: splice, ratio: 70%" + SHORT + "}");
        assertThat(zeros(splice.model(), "fc1.weight")).isEqualTo(0.7, within(0.01));
        Outcome generated = prune(
                mlp(),
                POINTS,
                "{granularity: weights, masking: gradual, selection: {deviation: {quality: 0.5}}" + SHORT + "}");
        assertThat(zeros(generated.model(), "fc1.weight")).isBetween(0.1, 0.6);
    }

    @Test
    void without_labels_the_original_teaches_and_judges() {
        Outcome made = prune(
                mlp(),
                POINTS.withoutLabels(),
                "{importance: taylor, macs: 50%, widths: {round: 1}, control: 1" + SHORT + "}");
        assertThat(macs(mlp(), made.model())).isLessThan(0.5);
        assertThat(made.notes()).anyMatch(n -> n.startsWith("control: scratch "));
    }

    @Test
    void a_control_compares_with_fresh_and_with_initial_weights() {
        Training how = new Training().withEpochs(1);
        Origin origin = new Origin(mlp(), how);
        Outcome made = prune(
                mlp(), POINTS, "{control: 2, control-epochs: 1, widths: {round: 1}" + SHORT + "}", Optional.of(origin));
        List<?> rows = (List<?>) made.details().get("control");
        assertThat(rows).extracting(r -> ((Trials.Row) r).start()).containsExactly("fine-tuned", "scratch", "rewound");
        assertThat(rows)
                .allSatisfy(r -> assertThat(((Trials.Row) r).accuracies()).hasSize(2));
        assertThat(new Trials.Row("x", 1, List.of(0.5, 0.7)).toString())
                .isEqualTo("control: x 60.00 % (+- 14.14, 2 seeds, 1 epochs)"); // sqrt((0.1^2 + 0.1^2) / 1)
    }

    @Test
    void a_control_trains_as_much_as_the_pruned_network_did() {
        Model m = Zoo.create("mlp-bn-32-16", 1, 4, 4, 4, 1);
        Totals totals = new Totals();
        Outcome made = prune(
                m,
                POINTS,
                "{importance: {slimming: {training: {epochs: 3, batch: 32}}}, rounds: 2, control: 1, widths: {round: 1},"
                        + " retrain: {epochs: 2, batch: 32, steps: 7}}",
                Optional.of(new Origin(m, new Training().withEpochs(1))),
                totals);
        // epochs of 4 steps: 1 of the original, 3 under the penalty, and 7 / 4 in each of two rounds make 7.5
        assertThat(totals.totals().get("retrain")).containsExactly(12L, 7L, 30L);
        List<?> rows = (List<?>) made.details().get("control");
        assertThat(rows).extracting(r -> ((Trials.Row) r).epochs()).containsExactly(2, 8, 8);
    }

    @Test
    void epochs_that_are_given_for_a_control_are_trained_whole() {
        Totals totals = new Totals();
        prune(
                mlp(),
                POINTS,
                "{control: 1, control-epochs: 3, widths: {round: 1}, retrain: {epochs: 2, batch: 32, steps: 5}}",
                Optional.empty(),
                totals);
        assertThat(totals.totals().get("retrain")).containsExactly(5L, 12L);
    }

    @Test
    void a_rewound_training_may_not_end_before_its_masks() {
        Training impatient =
                Binder.record(new Training(), Yaml.parse("{epochs: 3, patience: 1, validation: 10%}", "test"));
        assertThatThrownBy(() -> prune(
                        mlp(),
                        POINTS,
                        "{masking: gradual, rewind: learning-rate}",
                        Optional.of(new Origin(mlp(), impatient))))
                .hasMessage(
                        "rewind takes patience of 1 from the model's own training, and masking gradual must not end early: leave rewind out, or take masking hard");
    }

    @Test
    void a_ticket_starts_from_its_initial_weights_under_its_mask() {
        Training how = new Training().withEpochs(1).withLearningRate(1e-12);
        Model initial = mlp();
        Outcome made = prune(
                initial,
                POINTS,
                "{granularity: weights, ratio: 50%, rewind: weights, against: labels}",
                Optional.of(new Origin(initial, how)));
        float[] before = Desk.weights(initial, "fc1.weight");
        float[] after = Desk.weights(made.model(), "fc1.weight");
        for (int i = 0; i < before.length; i++) {
            assertThat(after[i]).isIn(0f, before[i]);
        }
    }

    @Test
    void repairs_without_training_bring_a_cut_network_nearer() {
        Workbench bench = Desk.of(mlp(), POINTS, Optional.empty(), folder.resolve("t.ckpt"));
        Model trained = Retraining.train(new Training().withEpochs(20).withLearningRate(0.05), mlp(), bench)
                .model();
        String bare = "{importance: random, widths: {round: 1}, retrain: {epochs: 1, learning-rate: 1e-9}";
        double plain = agreement(trained, prune(trained, POINTS, bare + "}").model());
        double mended = agreement(
                trained,
                prune(trained, POINTS, bare + ", recover: [least-squares, bias-correction]}")
                        .model());
        assertThat(mended).isGreaterThan(plain);
    }

    private static double agreement(Model a, Model b) {
        return Evaluations.of(a, POINTS).agreement(Evaluations.of(b, POINTS));
    }

    @Test
    void an_analysis_tells_what_each_layer_can_lose_and_pruning_goes_by_it() throws IOException {
        Model m = mlp();
        SensitivityAnalysis analysis = new SensitivityAnalysis();
        Sensitivity without = analysis.of(m, Desk.of(m, POINTS.withoutLabels()));
        assertThat(without.metric()).isEqualTo("agreement");
        assertThat(without.layers()).containsOnlyKeys("fc1", "fc2");
        assertThat(without.layers().get("fc1").points()).hasSize(4);
        Path file = folder.resolve("s.json");
        // fc1 bears everything, fc2 nothing
        new Sensitivity(
                        "accuracy",
                        Map.of(
                                "fc1", new Curve(List.of(new Curve.Point(0.9, 0))),
                                "fc2", new Curve(List.of(new Curve.Point(0.01, 1)))))
                .write(file);
        Outcome made = prune(
                m,
                POINTS,
                "{selection: {sensitivity: {file: " + file + "}}, ratio: 50%, widths: {round: 1}" + SHORT + "}");
        assertThat(width(made.model(), "fc1")).isEqualTo(8); // 24 of 48 units go
        assertThat(width(made.model(), "fc2")).isEqualTo(16);
        new Sensitivity("accuracy", Map.of("conv9", Curve.UNKNOWN)).write(file);
        assertThatThrownBy(() -> prune(m, POINTS, "{selection: {sensitivity: {file: " + file + "}}}"))
                .hasMessage(
                        file + ": tells of none of the layers that are to be pruned (fc1, fc2): analyse this model");
    }

    @Test
    void norms_that_tell_little_are_named() {
        assertThat(prune(resnet(), IMAGES, "{widths: {round: 1}" + SHORT + "}").notes())
                .anyMatch(n -> n.matches(
                        "norms tell little in \\d of \\d layers \\(.*\\): espalier inspect --importance l1 shows why"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {ratio: 1.2}                                   | test:1:2: ratio must be above 0 and below 1, got 1.2
            {macs: 0}                                      | test:1:2: macs must be above 0 and below 1, got 0.0
            {rounds: 0}                                    | test:1:2: rounds must be at least 1, got 0
            {importance: apoz, masking: soft}              | test:1:2: importance apoz looks at data, but masking soft chooses during training by weights alone: take l1, l2 or fpgm
            {selection: {threshold: {value: 1000}}}        | threshold of 1.00e+03 removes all of layer 'fc1', whose largest score is
            {include: [conv*]}                             | include pattern 'conv*' matches no layer; there are: fc1, fc2
            {exclude: ['*']}                               | include and exclude leave no layer to prune: see espalier inspect --groups
            {granularity: {n-of-m: {n: 4, m: 64}}}         | layer 'fc1' has 16 inputs, too few for 4 of 64: exclude it
            {granularity: weights, macs: 50%}              | macs needs granularity channels or heads: zeros among the weights save no multiply-adds
            {macs: 50%, selection: deviation}              | test:1:2: macs cannot be a goal of selection deviation, which has a measure of its own: leave one of them out
            {granularity: weights, selection: global, ratio: 99.8%} | 99.8% of the weights, chosen by global, are all of layer 'fc
            {granularity: weights, recover: least-squares} | recover needs granularity channels or heads: nothing is cut here
            {granularity: weights, importance: apoz}       | importance apoz judges whole channels: for single weights take l1, taylor or random
            {granularity: heads}                           | this model has no attention heads that can be cut: take granularity channels, or see espalier inspect --groups
            {masking: gradual, retrain: {patience: 2, validation: 10%}} | test:1:1: patience of 2 and masking gradual cannot go together: training could end before the last masks are chosen; leave patience out
            {masking: splice, retrain: {patience: 2, validation: 10%}} | test:1:1: patience of 2 and masking splice cannot go together: training could end before the last masks are chosen; leave patience out
            {macs: 1%, widths: {minimum: 8}}               | macs of 1.0% cannot be reached: with the narrowest widths
            {widths: {minimum: 64}}                        | nothing to prune: every layer is at its narrowest allowed width; lower 'round' or 'minimum'
            {rewind: weights}                              | rewind to the initial weights: they are not known for this model; train it from zoo:NAME first, or leave rewind out
            {rewind: learning-rate}                        | rewind needs the settings the model was trained with, which it does not tell: give them under retrain and leave rewind out
            {importance: {slimming: {lambda: 0}}, include: [fc1], selection: {threshold: {value: 1000}}} | threshold of 1.00e+03 removes all of layer 'fc1'
            """)
    void what_cannot_be_is_said_in_one_line_and_nothing_is_written(String settings, String message) throws IOException {
        assertThatThrownBy(() -> prune(mlp(), POINTS, settings))
                .isInstanceOf(BadInputException.class)
                .message()
                .startsWith(message)
                .doesNotContain("\n");
        try (var files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void slimming_needs_batch_norm_or_data_to_put_it_back_with() {
        Model m = Desk.model("""
                (float[N,1,4,4] x) => (float[N,4] y)
                <float[6,1,4,4] w = {%s}, float[6,4] u = {%s}> {
                   [a] q = Conv (x, w)
                   f = Flatten (q)
                   y = MatMul (f, u)
                }""".formatted(numbers(96), numbers(24)));
        assertThatThrownBy(() -> prune(m, POINTS, "{importance: {slimming: {lambda: 0}}}"))
                .hasMessage(
                        "layer 'a' has no batch norm to judge it by: exclude it, or take another importance, as l1");
    }

    private static String numbers(int n) {
        StringBuilder out = new StringBuilder("0.1");
        for (int i = 1; i < n; i++) {
            out.append(", ").append(Math.sin(i) / 2);
        }
        return out.toString();
    }
}
