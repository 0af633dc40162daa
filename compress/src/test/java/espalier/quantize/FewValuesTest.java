package espalier.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import espalier.calibrate.Noise;
import espalier.config.Binder;
import espalier.graph.BadInputException;
import espalier.graph.Model;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.onnx.OnnxText;
import espalier.pack.PackedFile;
import espalier.recipe.Yaml;
import espalier.torch.Tensors;
import espalier.torch.Threads;
import espalier.work.OrtJudge;
import espalier.work.Outcome;
import espalier.work.Workbench;
import espalier.zoo.Zoo;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The steps {@code cluster} and {@code binarize}. */
class FewValuesTest {
    private static final Noise IMAGES = Noise.of(64, 1, 16, 16);

    @TempDir
    Path folder;

    private int runs;

    @BeforeAll
    static void one_thread() {
        Threads.set(1);
    }

    private static Model pruned() {
        Model model = Zoo.create("lenet5", 1, 16, 16, 10, 1);
        Map<String, Tensor> changed = new LinkedHashMap<>(model.graph().initializers());
        changed.replaceAll((name, t) -> {
            float[] v = t.toFloats();
            for (int i = 0; i < v.length && t.shape().rank() > 1; i++) {
                v[i] = i % 3 == 0 ? v[i] : 0;
            }
            return Tensor.floats(t.shape(), v);
        });
        return model.withGraph(model.graph().withInitializers(changed));
    }

    private static long distinct(Model model, String name) {
        float[] v = model.graph().constant(name).orElseThrow().toFloats();
        return java.util.stream.IntStream.range(0, v.length)
                .mapToDouble(i -> v[i])
                .filter(x -> x != 0)
                .distinct()
                .count();
    }

    private Workbench bench(Model model) {
        Workbench b = Benches.of(model, IMAGES, new OrtJudge(m -> 1));
        return new Workbench(
                model,
                b.data(),
                b.normalization(),
                b.referee(),
                b.monitor(),
                folder.resolve(runs++ + ".ckpt"),
                1,
                b.origin());
    }

    private Outcome clustered(Model model, String yaml) {
        return Clusters.run(Binder.record(new Cluster(), Yaml.parse(yaml, "test")), model, bench(model));
    }

    private Outcome binarized(Model model, String yaml) {
        return Binaries.run(Binder.record(new Binarize(), Yaml.parse(yaml, "test")), model, bench(model));
    }

    @Test
    void trains_the_values_and_keeps_zeros() {
        Model model = pruned();
        Model still = clustered(model, "{bits: 3, bias-bits: 2, tune: false}").model();
        for (String reassign : java.util.List.of("never", "epoch")) {
            Outcome outcome = clustered(
                    model, "{bits: 3, bias-bits: 2, reassign: " + reassign + ", retrain: {epochs: 3, batch: 16}}");
            model.graph().initializers().forEach((name, t) -> {
                float[] was = t.toFloats();
                float[] is =
                        outcome.model().graph().constant(name).orElseThrow().toFloats();
                for (int i = 0; i < was.length && t.shape().rank() > 1; i++) {
                    assertThat(is[i] == 0).isEqualTo(was[i] == 0);
                }
                if (t.shape().rank() > 1) {
                    assertThat(distinct(outcome.model(), name)).isBetween(5L, 8L);
                    assertThat(outcome.model().graph().constant(name))
                            .isNotEqualTo(still.graph().constant(name));
                }
            });
            assertThat(Benches.signalToNoise(model, outcome.model(), bench(model)))
                    .isGreaterThan(Benches.signalToNoise(model, still, bench(model)));
        }
    }

    @Test
    void takes_bits_from_layers_until_the_file_is_small_enough() {
        Outcome outcome = clustered(pruned(), "{max-bytes: 14000, tune: false}");
        assertThat((int) outcome.details().get("packedBytes")).isBetween(7_000, 14_000);
    }

    /** Without labels, accuracy is agreement with the original: with 1 bit everywhere it would not be whole. */
    @Test
    void takes_no_bits_that_change_an_answer_where_there_are_no_labels() {
        Model model = Zoo.create("mlp-8", 1, 16, 16, 10, 1);
        Outcome outcome = clustered(model, "{max-drop: 0, tune: false}");
        assertThat(Benches.agreement(model, outcome.model(), bench(model))).isEqualTo(1);
        assertThat(outcome.notes()).noneMatch(n -> n.contains(": 1 bits"));
    }

    @Test
    void refuses_a_goal_of_bytes_that_no_bits_reach() {
        Model small = Zoo.create("mlp-8", 1, 16, 16, 10, 1);
        assertThatThrownBy(() -> clustered(small, "{max-bytes: 100, tune: false}"))
                .isInstanceOf(BadInputException.class)
                .hasMessageMatching(
                        "max-bytes of 100 cannot be reached: with 1 bit for every weight the packed file has"
                                + " \\d{3}; give at least that, or prune the network first");
        assertThatThrownBy(() -> clustered(small, "{max-bytes: 800, max-drop: 0, tune: false}"))
                .hasMessageMatching("max-bytes of 800 cannot be reached: as long as max-drop holds the packed file has"
                        + " \\d{3,4}; give at least that, or prune the network first");
    }

    /** The filters of a are columns, those of b rows. */
    private static final String LINEAR = """
            <ir_version: 8, opset_import: ["" : 17]>
            g (float[N,1,16,16] x, float[256,6] a, float[6] a0, float[6,6] b, float[6] b0, float[6,5] c) => (float[N,5] y)
            {
                f = Flatten(x)
                [a] ha = Gemm(f, a, a0)
                ra = Relu(ha)
                [b] hb = Gemm<transB = 1>(ra, b, b0)
                rb = Relu(hb)
                [c] y = MatMul(rb, c)
            }""";

    @Test
    void gives_values_of_their_own_to_filters_that_are_rows() {
        Outcome outcome =
                clustered(Trained.filled(OnnxText.parse(LINEAR), 1), "{bits: 1, per-channel: true, tune: false}");
        assertThat(outcome.notes())
                .contains("values for the whole layer, since its filters are not rows of its weight: a, c");
        assertThat(distinct(outcome.model(), "a")).isEqualTo(2);
        assertThat(distinct(outcome.model(), "b")).isEqualTo(12);
        assertThat(PackedFile.parse(PackedFile.pack(outcome.model()).bytes())
                        .graph()
                        .constant("b"))
                .isEqualTo(outcome.model().graph().constant("b"));
    }

    /** As rows, filters of all three layers have a size of their own. */
    @Test
    void binarizes_linear_layers_whose_filters_are_columns() {
        Model model = Trained.filled(OnnxText.parse(LINEAR), 1);
        assertThat(Benches.signalToNoise(model, AsRows.of(model, bench(model).shapes()), bench(model)))
                .isGreaterThan(100);
        Outcome outcome = binarized(model, "{ends: true, retrain: {epochs: 1, batch: 16}}");
        assertThat(distinct(outcome.model(), "a")).isEqualTo(12);
        assertThat(distinct(outcome.model(), "c")).isEqualTo(10);
        assertThat(outcome.model().graph().constant("a").orElseThrow().shape()).isEqualTo(Shape.of(6, 256));
    }

    /** Before operator set 11 a Gemm has to have a bias. */
    @Test
    void binarizes_products_of_old_files() {
        Model model = Trained.filled(OnnxText.parse(LINEAR.replace("17]", "9]")), 1);
        Outcome outcome = binarized(model, "{ends: true, retrain: {epochs: 1, batch: 16}}");
        assertThat(Benches.outputs(outcome.model(), bench(model))).containsKey("y");
    }

    /** The epsilon of a normalization in parts is no bias, nor is what an excluded layer adds. */
    @Test
    void takes_the_biases_of_chosen_layers_and_no_other_constants() {
        Model model = Trained.filled(OnnxText.parse("""
                <ir_version: 8, opset_import: ["" : 17]>
                g (float[N,1,16,16] x, float[256,6] a, float[6] a0, float[6,6] b, float[1,6] b0, float[6,5] c, float[5] c0) => (float[N,5] y)
                <float epsilon = {0.001}>
                {
                    f = Flatten(x)
                    [a] pa = MatMul(f, a)
                    ha = Add(pa, a0)
                    [b] hb = Gemm(ha, b, b0)
                    square = Mul(hb, hb)
                    more = Add(square, epsilon)
                    [c] pc = MatMul(more, c)
                    y = Add(pc, c0)
                }"""), 1);
        Cluster settings = Binder.record(new Cluster(), Yaml.parse("{bias-bits: 2, exclude: c}", "test"));
        assertThat(Coded.of(model, settings)).extracting(Coded::name).containsExactlyInAnyOrder("a", "a0", "b", "b0");
        assertThat(Coded.of(model, Binder.record(new Cluster(), Yaml.parse("{exclude: c}", "test"))))
                .extracting(Coded::name)
                .containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void refuses_a_drop_that_no_bits_hold() {
        Model model = Zoo.create("lenet5", 1, 16, 16, 10, 1);
        Map<String, Tensor> biases = new LinkedHashMap<>();
        Random random = new Random(3);
        model.graph().initializers().forEach((name, t) -> {
            if (t.shape().rank() == 1) {
                float[] v = new float[(int) t.elements()];
                for (int i = 0; i < v.length; i++) {
                    v[i] = (float) random.nextGaussian();
                }
                biases.put(name, Tensor.floats(t.shape(), v));
            }
        });
        Model biased = model.withGraph(model.graph().plusInitializers(biases));
        assertThatThrownBy(() -> clustered(biased, "{max-drop: 0, bias-bits: 1, tune: false}"))
                .isInstanceOf(BadInputException.class)
                .hasMessageMatching(
                        "max-drop of 0.00 % cannot be held: with 8 bits for every weight \\d+.\\d\\d % are lost"
                                + " before training; raise it or bias-bits, or exclude layers");
    }

    @Test
    void says_why_nothing_is_left_to_binarize() {
        Model linear = Trained.filled(OnnxText.parse(LINEAR), 1);
        assertThatThrownBy(() -> binarized(linear, "{ends: true, exclude: '*'}"))
                .hasMessage("no layer is left to binarize: include and exclude leave none");
        assertThatThrownBy(() -> binarized(linear, "{exclude: b}"))
                .hasMessage(
                        "no layer is left to binarize: the first and the last one stay as they are unless ends is true");
        Model images = Trained.filled(OnnxText.parse("""
                <ir_version: 8, opset_import: ["" : 17]>
                g (float[N,1,16,16] x, float[16,5] w) => (float[N,1,16,5] y) { [fc] y = MatMul(x, w) }"""), 1);
        assertThatThrownBy(() -> binarized(images, "{}"))
                .hasMessage("nothing to binarize: filters are not rows of the weight in fc");
    }

    @Test
    void refuses_a_layer_with_nan() {
        Model model = Zoo.create("mlp-5", 1, 16, 16, 10, 1);
        float[] weights = model.graph().constant("fc1.weight").orElseThrow().toFloats();
        weights[7] = Float.NaN;
        Model bad = model.withGraph(model.graph()
                .plusInitializers(Map.of("fc1.weight", Tensor.floats(Shape.of(5, 256), weights))));
        assertThatThrownBy(() -> clustered(bad, "{bits: 3}"))
                .isInstanceOf(BadInputException.class)
                .hasMessage(
                        "layer 'fc1' has weights that are NaN or infinite: train the model again before clustering it");
    }

    @Test
    void leaves_the_first_and_the_last_layer_and_two_values_in_the_others() {
        Model model = Zoo.create("lenet5", 1, 16, 16, 10, 1);
        String first = model.graph().nodes().get(0).input(1);
        for (String method :
                java.util.List.of("binary-connect", "{binary-connect: {stochastic: true}}", "twn", "ttq")) {
            Outcome outcome = binarized(model, "{method: " + method + ", retrain: {epochs: 1, batch: 16}}");
            java.util.List<Long> values = outcome.model().graph().initializers().entrySet().stream()
                    .filter(e -> e.getValue().shape().rank() > 1)
                    .map(e -> distinct(outcome.model(), e.getKey()))
                    .toList();
            assertThat(values.get(0)).isGreaterThan(100);
            assertThat(values.get(1)).isEqualTo(2);
            assertThat(values.get(2)).isEqualTo(2);
            assertThat(values.get(3)).isGreaterThan(100);
        }
        Outcome bwn = binarized(model, "{ends: true, retrain: {epochs: 1, batch: 16}}");
        assertThat(distinct(bwn.model(), first)).isEqualTo(40);
        assertThat(bwn.notes()).anyMatch(n -> n.contains("the gain is bytes, not time"));
    }

    private static float[] seen(Binarization method, float[] scales, float... w) {
        try (PointerScope scope = new PointerScope()) {
            var weight = Tensors.of(Tensor.floats(Shape.of(2, w.length / 2), w));
            var s = Tensors.of(Tensor.floats(Shape.of(scales.length), scales));
            return Tensors.toHost(method.seen(weight, s)).toFloats();
        }
    }

    @Test
    void sees_what_the_papers_say() {
        float[] w = {0.5f, -1.5f, 0.1f, -0.25f, 0.2f, 0.4f};
        // BWN: |0.5| + |-1.5| + |0.1| over 3 is 0.7; 0.25 + 0.2 + 0.4 over 3 is 0.28333
        assertThat(seen(new Bwn(), new float[1], w))
                .containsExactly(new float[] {0.7f, -0.7f, 0.7f, -0.283333f, 0.283333f, 0.283333f}, within(1e-6f));
        // TWN: the mean is 0.49167, D is 0.344; beyond it lie 0.5, 1.5 and 0.4, their mean is 0.8
        assertThat(seen(new Twn(), new float[1], w))
                .containsExactly(new float[] {0.8f, -0.8f, 0, 0, 0, 0.8f}, within(1e-6f));
        // TTQ with t = 0.2: D is 0.3
        assertThat(seen(new Ttq(0.2), new float[] {0.6f, 0.9f}, w))
                .containsExactly(new float[] {0.6f, -0.9f, 0, 0, 0, 0.6f}, within(1e-6f));
        assertThat(new Ttq(0.2).scales(w)).containsExactly(0.45f, 1.5f);
        // BinaryConnect: 2 outputs, 3 inputs: sqrt(6 / 5)
        assertThat(seen(new BinaryConnect(), new float[1], w)[1]).isCloseTo(-1.0954451f, within(1e-6f));
    }

    @Test
    void gives_gradients_as_the_papers_say() {
        try (PointerScope scope = new PointerScope()) {
            var w = Tensors.of(Tensor.floats(Shape.of(2, 2), 1, -1, 0.05f, 0.8f))
                    .set_requires_grad(true);
            var s = Tensors.of(Tensor.floats(Shape.of(2), 0.5f, 2)).set_requires_grad(true);
            new Ttq(0.1).seen(w, s).sum().backward();
            // + + for 1 and 0.8, - for -1; weights are scaled by Wp, Wn, 1, Wp
            assertThat(Tensors.toHost(s.grad()).toFloats()).containsExactly(2, -1);
            assertThat(Tensors.toHost(w.grad()).toFloats()).containsExactly(0.5f, 2, 1, 0.5f);
        }
    }
}
