package espalier.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import espalier.calibrate.Noise;
import espalier.config.Binder;
import espalier.graph.BadInputException;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.onnx.OnnxText;
import espalier.recipe.Yaml;
import espalier.torch.Mode;
import espalier.torch.Program;
import espalier.torch.Tensors;
import espalier.torch.Threads;
import espalier.work.OrtJudge;
import espalier.work.Outcome;
import espalier.work.Referee;
import espalier.work.Workbench;
import espalier.zoo.Zoo;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class XnorTest {
    private static final Noise IMAGES = Noise.of(64, 1, 16, 16);

    @TempDir
    Path folder;

    @BeforeAll
    static void one_thread() {
        Threads.set(1);
    }

    private static Model around(Model model) {
        List<Node> layers = model.graph().nodes().stream()
                .filter(n -> n.is("Conv") || n.is("Gemm"))
                .toList();
        return new Xnor().around(model, layers);
    }

    private static float[] inRuntime(Model model, Map<String, Tensor> inputs) {
        try (Referee.Session session = new OrtJudge(m -> 1).open(model)) {
            return session.run(inputs).values().iterator().next().toFloats();
        }
    }

    private static float[] inTraining(Model model, Map<String, Tensor> inputs) {
        try (Program program = Program.of(model);
                PointerScope scope = new PointerScope();
                AutoGradMode noGrad = new AutoGradMode(false)) {
            Map<String, org.bytedeco.pytorch.Tensor> in = new java.util.LinkedHashMap<>();
            inputs.forEach((name, t) -> in.put(name, Tensors.of(t)));
            return Tensors.toHost(program.run(in, Mode.EVAL).values().iterator().next())
                    .toFloats();
        }
    }

    /**
     * Two channels of 2x2, a filter of 1x2 over both, zeros to the right; x = (1 -3 | 2 -4) and (2 2 | -1 0), signs (+ - | + -) and
     * (+ + | - +). A, the mean size over channels, is (1.5 2.5 | 1.5 2); K, over two positions, is (2 1.25 | 1.75 1). With weights
     * (1 -1) and (1 1), signs give 1 + 1 + 1 + 1 and -1 + 1 in the first row, 1 + 1 - 1 + 1 and -1 + 1 in the second; the bias is 0.5.
     */
    @Test
    void multiplies_signs_with_the_mean_size_of_what_a_filter_sees() {
        Model conv = OnnxText.parse("""
                <ir_version: 8, opset_import: ["" : 17]>
                g (float[N,2,2,2] x) => (float[N,1,2,2] y)
                <float[1,2,1,2] w = {1, -1, 1, 1}, float[1] b = {0.5}>
                { y = Conv <pads = [0, 0, 0, 1]> (x, w, b) }
                """);
        Map<String, Tensor> x = Map.of("x", Tensor.floats(Shape.of(1, 2, 2, 2), 1, -3, 2, -4, 2, 2, -1, 0));
        float[] expected = {4 * 2 + 0.5f, 0.5f, 2 * 1.75f + 0.5f, 0.5f};
        assertThat(inTraining(around(conv), x)).containsExactly(expected, within(1e-4f));
        assertThat(inRuntime(BinaryBlocks.inOnnx(around(conv)), x)).containsExactly(expected, within(1e-4f));
    }

    /** The input's mean size is 2 for the first sample and 1 for the second. */
    @Test
    void multiplies_the_products_of_a_sample_with_the_mean_size_of_its_inputs() {
        Model gemm = OnnxText.parse("""
                <ir_version: 10, opset_import: ["" : 18]>
                g (float[N,3] x) => (float[N,2] y)
                <float[2,3] w = {1, -1, 1, 1, 1, 1}, float[2] b = {0, 10}>
                { y = Gemm <transB = 1> (x, w, b) }
                """);
        Map<String, Tensor> x = Map.of("x", Tensor.floats(Shape.of(2, 3), 4, -1, 1, -1, 0, 2));
        float[] expected = {3 * 2, 1 * 2 + 10, -1, 1 + 10};
        assertThat(inTraining(around(gemm), x)).containsExactly(expected, within(1e-4f));
        assertThat(inRuntime(BinaryBlocks.inOnnx(around(gemm)), x)).containsExactly(expected, within(1e-4f));
        assertThat(inRuntime(
                        BinaryBlocks.inOnnx(
                                new Xnor(false).around(gemm, gemm.graph().nodes())),
                        x))
                .containsExactly(3, 11, -1, 11);
    }

    /**
     * Weights (0.5 -1.5), a = 1: with gradients (2 1) of what is seen, that of a is 2 - 1 = 1, which each weight gets with its sign over
     * 2; through the sign come 2a, and nothing where the weight is larger than 1.
     */
    @Test
    void gives_weights_the_gradient_of_the_paper() {
        try (PointerScope scope = new PointerScope()) {
            var w = Tensors.of(Tensor.floats(Shape.of(1, 2), 0.5f, -1.5f)).set_requires_grad(true);
            var seen = new Xnor().seen(w, w);
            assertThat(Tensors.toHost(seen.detach()).toFloats()).containsExactly(1, -1);
            seen.mul(Tensors.of(Tensor.floats(Shape.of(1, 2), 2, 1))).sum().backward();
            assertThat(Tensors.toHost(w.grad()).toFloats()).containsExactly(0.5f + 2, -0.5f);
        }
    }

    @Test
    void the_file_computes_what_training_saw() {
        Model around = Trained.like(around(Zoo.create("lenet-bn", 1, 16, 16, 10, 1)), 2);
        float[] noise = new float[4 * 256];
        java.util.Random random = new java.util.Random(3);
        for (int i = 0; i < noise.length; i++) {
            noise[i] = (float) random.nextGaussian();
        }
        Map<String, Tensor> x = Map.of("input", Tensor.floats(Shape.of(4, 1, 16, 16), noise));
        assertThat(inRuntime(BinaryBlocks.inOnnx(around), x)).containsExactly(inTraining(around, x), within(1e-4f));
    }

    @Test
    void trains_all_but_the_ends_and_stores_a_bit_for_each_weight() {
        Model model = Zoo.create("lenet5", 1, 16, 16, 10, 1);
        Workbench bench = Benches.of(model, IMAGES, new OrtJudge(m -> 1), folder.resolve("x.ckpt"));
        Outcome outcome = Binaries.run(
                Binder.record(new Binarize(), Yaml.parse("{method: xnor, retrain: {epochs: 2, batch: 16}}", "test")),
                model,
                bench);
        Graph g = outcome.model().graph();
        assertThat(g.nodes().stream().filter(n -> n.is("Where"))).hasSize(2);
        assertThat(g.nodes()).allMatch(Node::isStandard);
        assertThat(g.constant("conv2.bias.column").orElseThrow().toFloats()).isNotEqualTo(new float[50]);
        assertThat(Benches.outputs(outcome.model(), bench)).isNotEmpty();
        var packed = espalier.pack.PackedFile.pack(outcome.model()).tensors().stream()
                .filter(t -> t.name().equals("fc1.weight"))
                .findFirst()
                .orElseThrow();
        long bits = (packed.coded() - 500 * 2 * 4) * 8;
        assertThat((double) bits / packed.shape().elements()).isBetween(0.9, 1.05);
    }

    @Test
    void refuses_what_it_has_no_sizes_for() {
        Model grouped = OnnxText.parse("""
                <ir_version: 8, opset_import: ["" : 17]>
                g (float[N,2,2,2] x) => (float[N,2,2,2] y) <float[2,1,1,1] w = {1, 1}>
                { y = Conv <group = 2> (x, w) }
                """);
        assertThatThrownBy(() -> around(grouped))
                .isInstanceOf(BadInputException.class)
                .hasMessage(
                        "layer 'Conv(y)' is grouped or dilated or has a computed bias, which xnor has no input sizes for: exclude it");
    }
}
