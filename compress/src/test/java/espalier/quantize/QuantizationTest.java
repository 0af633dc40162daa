package espalier.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import espalier.calibrate.Noise;
import espalier.config.Binder;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Tensor;
import espalier.onnx.OnnxFile;
import espalier.onnx.OnnxText;
import espalier.recipe.Yaml;
import espalier.runtime.OptimizedGraph;
import espalier.work.OrtJudge;
import espalier.work.Outcome;
import espalier.work.StoppedException;
import espalier.work.Stopping;
import espalier.work.Workbench;
import espalier.zoo.Zoo;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class QuantizationTest {
    private static final Noise IMAGES = Noise.of(64, 3, 16, 16);
    private static final Noise ROWS = Noise.of(64, 4);

    /** Stem, depthwise, pointwise with a residual sum, pool, classifier. */
    private static final String MOBILE = """
            <ir_version: 8, opset_import: ["" : 17]>
            g (float[N,3,16,16] x, float[16,3,3,3] stem, float[16] b1, float[16,1,3,3] dw, float[16] b2,
               float[16,16,1,1] pw, float[16] b3, float[4,16] fc, float[4] b4) => (float[N,4] y)
            <float zero = {0}, float six = {6}>
            {
                a = Conv<pads = [1, 1, 1, 1]>(x, stem, b1)
                ar = Clip(a, zero, six)
                [depth] d = Conv<pads = [1, 1, 1, 1], group = 16>(ar, dw, b2)
                dr = Clip(d, zero, six)
                [point] p = Conv(dr, pw, b3)
                s = Add(p, ar)
                m = GlobalAveragePool(s)
                f = Flatten(m)
                y = Gemm<transB = 1>(f, fc, b4)
            }""";

    private static Quantize settings(String yaml) {
        return Binder.record(new Quantize(), Yaml.parse(yaml, "test"));
    }

    private static Model resnet() {
        return Trained.like(Zoo.create("resnet8", 3, 16, 16, 10, 1), 2);
    }

    private static Model mobile() {
        return mobile(6);
    }

    /** @param most upper bound of the clips */
    static Model mobile(double most) {
        return Trained.filled(OnnxText.parse(MOBILE.replace("six = {6}", "six = {" + most + "}")), 3);
    }

    static Map<String, Integer> operators(Model model) {
        Map<String, Integer> counts = new TreeMap<>();
        OptimizedGraph.of(OnnxFile.bytes(model))
                .graph()
                .nodes()
                .forEach(n -> counts.merge(n.opType(), 1, Integer::sum));
        return counts;
    }

    private static long floats(Model model) {
        return operators(model).entrySet().stream()
                .filter(e -> e.getKey().equals("Conv") || e.getKey().equals("FusedConv"))
                .mapToInt(Map.Entry::getValue)
                .sum();
    }

    private static Outcome run(String settings, Model model, Noise data) {
        return Quantization.run(settings(settings), model, Benches.of(model, data, OrtJudge.fast()));
    }

    @Test
    void a_residual_network_runs_without_a_float_convolution() {
        Model model = resnet();
        Outcome made = run("{}", model, IMAGES);
        Map<String, Integer> operators = operators(made.model());
        assertThat(operators)
                .containsEntry("QuantizeLinear", 1)
                .containsEntry("QLinearConv", 9)
                .containsEntry("QLinearAdd", 3)
                .containsEntry("QLinearGlobalAveragePool", 1)
                .containsEntry("QGemm", 1)
                .doesNotContainKeys("Conv", "FusedConv", "Relu", "Add", "Gemm", "DequantizeLinear");
        assertThat(made.notes()).anyMatch(n -> n.startsWith("10 of 10 layers compute on whole numbers"));
        Workbench bench = Benches.of(model, IMAGES, OrtJudge.fast());
        assertThat(Benches.signalToNoise(model, made.model(), bench)).isGreaterThan(30);
    }

    @Test
    void lenet_stays_in_whole_numbers_from_end_to_end() {
        Model model = Zoo.create("lenet5", 1, 28, 28, 10, 1);
        assertThat(operators(
                        run("{correct: false}", model, Noise.of(32, 1, 28, 28)).model()))
                .containsEntry("QuantizeLinear", 1)
                .containsEntry("QLinearConv", 2)
                .containsEntry("QGemm", 2)
                .doesNotContainKeys("Conv", "MaxPool", "DequantizeLinear");
    }

    @Test
    void eight_bits_and_corrected_biases_are_closer() {
        Model model = resnet();
        Workbench bench = Benches.of(model, IMAGES, OrtJudge.fast());
        double seven = Benches.signalToNoise(
                model, run("{correct: false}", model, IMAGES).model(), bench);
        double eight = Benches.signalToNoise(
                model, run("{correct: false, target: vnni}", model, IMAGES).model(), bench);
        double corrected = Benches.signalToNoise(model, run("{}", model, IMAGES).model(), bench);
        assertThat(eight).isGreaterThan(seven);
        assertThat(corrected).isGreaterThan(seven);
    }

    @Test
    void a_depthwise_convolution_stays_a_float_unless_it_is_measured_to_be_faster() {
        Outcome forced = run("{measured: false, correct: false}", mobile(), IMAGES);
        assertThat(floats(forced.model())).isZero();
        Outcome kept = Quantization.run(
                settings("{correct: false}"),
                mobile(),
                Benches.of(mobile(), IMAGES, new OrtJudge(m -> 20 + 5 * depthwise(m) - whole(m))));
        assertThat(floats(kept.model()))
                .as(operators(kept.model()) + " " + kept.notes())
                .isEqualTo(1);
        assertThat(kept.notes())
                .anyMatch(n -> n.startsWith("depth stays a float (")
                        && n.endsWith("): depthwise convolutions are slower in whole numbers here"));
    }

    private static int whole(Model m) {
        return (int) m.graph().nodes().stream()
                .filter(n ->
                        Weighted.isKind(n) && m.graph().constant(n.input(1)).isEmpty())
                .count();
    }

    private static int depthwise(Model m) {
        return (int) m.graph().nodes().stream()
                .filter(n -> n.name().equals("depth")
                        && m.graph().constant(n.input(1)).isEmpty())
                .count();
    }

    @Test
    void a_layer_that_is_faster_as_a_float_stays_one() {
        Outcome kept = Quantization.run(
                settings("{correct: false}"),
                mobile(),
                Benches.of(
                        mobile(),
                        IMAGES,
                        new OrtJudge(m -> 10
                                - whole(m)
                                + m.graph().nodes().stream()
                                                .filter(n -> n.name().equals("point")
                                                        && m.graph()
                                                                .constant(n.input(1))
                                                                .isEmpty())
                                                .count()
                                        * 3
                                + 9 * depthwise(m))));
        assertThat(kept.notes())
                .anyMatch(n ->
                        n.startsWith("point stays a float") && n.endsWith("it is not faster in whole numbers here"));
    }

    @Test
    void a_network_that_is_not_faster_stays_as_it_was() {
        Model model = mobile();
        Outcome made = Quantization.run(
                new Quantize(), model, Benches.of(model, IMAGES, new OrtJudge(m -> whole(m) == 0 ? 1 : 1.01)));
        assertThat(made.model()).isSameAs(model);
        assertThat(made.notes())
                .contains("no layer is faster in whole numbers on this processor: the model is as it was");
    }

    @Test
    void harmful_layers_go_back_until_the_floor_holds() {
        Model model = resnet();
        Outcome made = run("{correct: false, max-drop: 0}", model, IMAGES);
        Workbench bench = Benches.of(model, IMAGES, OrtJudge.fast());
        assertThat(Benches.agreement(model, made.model(), bench)).isEqualTo(1);
    }

    /** Their biases were shifted for an error that they no longer have. */
    @Test
    void layers_that_go_back_get_their_biases_back() {
        Model model = resnet();
        Model folded = new espalier.pass.FoldBatchNorm().apply(model);
        Model made = run("{max-drop: 0}", model, IMAGES).model();
        int back = 0;
        for (Node n : made.graph().nodes()) {
            if (Weighted.isKind(n) && made.graph().constant(n.input(1)).isPresent()) {
                Node was = folded.graph().nodes().stream()
                        .filter(w -> w.output(0).equals(n.output(0)) || w.name().equals(n.name()))
                        .findFirst()
                        .orElseThrow();
                assertThat(made.graph().constant(n.input(2)))
                        .isEqualTo(folded.graph().constant(was.input(2)));
                back++;
            }
        }
        assertThat(back).isPositive();
    }

    @Test
    void equalized_layers_compute_what_they_did() {
        Model model = new espalier.pass.FoldBatchNorm().apply(resnet());
        Model equal = new Equalization().apply(model);
        assertThat(equal.graph().initializers()).isNotEqualTo(model.graph().initializers());
        Workbench bench = Benches.of(model, IMAGES, OrtJudge.fast());
        assertThat(Benches.signalToNoise(model, equal, bench)).isGreaterThan(80);
    }

    @Test
    void an_old_file_is_fused_too() {
        Model old = mobile();
        Map<String, Long> opsets = new LinkedHashMap<>(old.opsets());
        opsets.put("", 11L);
        Model model = new Model(old.irVersion(), opsets, old.producer(), old.graph(), old.metadata(), old.extra());
        assertThat(floats(
                        run("{measured: false, correct: false}", model, IMAGES).model()))
                .isZero();
    }

    private static Model linear(float... weights) {
        Model model = OnnxText.parse("""
                <ir_version: 8, opset_import: ["" : 17]>
                g (float[N,4] x, float[4,2] w) => (float[N,2] y) { [fc] y = MatMul(x, w) }""");
        return model.withGraph(model.graph()
                .withInputs(model.graph().inputs().subList(0, 1))
                .plusInitializers(Map.of("w", Tensor.floats(espalier.graph.Shape.of(4, 2), weights))));
    }

    @Test
    void bad_input_is_told_in_one_line() {
        float[] weights = new float[8];
        Arrays.fill(weights, 1);
        Model good = linear(weights);
        float[] broken = weights.clone();
        broken[3] = Float.NaN;
        assertThatThrownBy(() -> run("{}", linear(broken), ROWS))
                .hasMessage(
                        "layer 'fc' has weights that are NaN or infinite: train the model again before quantizing it");
        assertThatThrownBy(() -> run("{measured: false, exclude: head*}", good, ROWS))
                .hasMessage("exclude pattern 'head*' matches no layer; there are: fc");
        assertThatThrownBy(() -> run("{measured: false, exclude: fc}", good, ROWS))
                .hasMessage("nothing to quantize: fc stays a float, because it is excluded");
        assertThatThrownBy(() -> run("{}", run("{measured: false}", good, ROWS).model(), ROWS))
                .hasMessage("the model is quantized already: give the one it was made from");
        assertThatThrownBy(() -> settings("{samples: 0}")).hasMessage("test:1:2: samples must be 1 or more, got 0");
        assertThatThrownBy(() -> settings("{range: {percentile: {share: 40%}}}"))
                .hasMessageEndingWith("share must be above 0.5 and at most 1, got 0.4");
    }

    @Test
    void a_run_that_is_stopped_while_calibrating_says_so() {
        Model model = Trained.filled(OnnxText.parse("""
                        <ir_version: 8, opset_import: ["" : 17]>
                        g (float[N,4] x, float[4,3] a, float[3] b) => (float[N,3] y) { y = Gemm(x, a, b) }"""), 1);
        Workbench bench = Benches.of(model, ROWS, OrtJudge.fast());
        Workbench stopped = new Workbench(
                model,
                bench.data(),
                bench.normalization(),
                bench.referee(),
                new Stopping(() -> true),
                bench.checkpoint(),
                1,
                bench.origin());
        assertThatThrownBy(() -> Quantization.run(settings("{measured: false}"), model, stopped))
                .isInstanceOf(StoppedException.class)
                .hasMessage("stopped while calibrating, nothing written");
    }

    @Test
    void what_never_changes_from_zero_stays_a_float() {
        Outcome made = run("{measured: false, correct: false}", Trained.filled(OnnxText.parse("""
                        <ir_version: 8, opset_import: ["" : 17]>
                        g (float[N,4] x, float[4,3] a, float[3,2] b, float[2] c) => (float[N,2] y)
                        <float[3] none = {-1000, -1000, -1000}>
                        { h = Gemm(x, a, none) r = Relu(h) [last] y = Gemm(r, b, c) }"""), 1), ROWS);
        assertThat(made.notes()).contains("last stays a float: 'r' is 0 for all calibration samples");
    }
}
