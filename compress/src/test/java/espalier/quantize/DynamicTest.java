package espalier.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import espalier.config.Binder;
import espalier.graph.DType;
import espalier.graph.Model;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.onnx.OnnxFile;
import espalier.onnx.OnnxText;
import espalier.recipe.Yaml;
import espalier.runtime.Difference;
import espalier.runtime.OrtSession;
import espalier.work.OrtJudge;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DynamicTest {
    private static final String ENCODER = """
            <ir_version: 8, opset_import: ["" : 17]>
            g (int64[N,L] ids, float[600,32] table, float[32,64] up, float[64] b, float[16,64] down, float[16] c) => (float[N,16] y)
            <int64[1] axis = {1}>
            {
                e = Gather(table, ids)
                [up] m = MatMul(e, up)
                s = Add(m, b)
                r = Relu(s)
                p = ReduceMean<axes = [1], keepdims = 0>(r)
                [down] y = Gemm<transB = 1>(p, down, c)
            }""";

    private static Model encoder() {
        return Trained.filled(OnnxText.parse(ENCODER), 1);
    }

    private static Quantize settings(String yaml) {
        return Binder.record(new Quantize(), Yaml.parse(yaml, "test"));
    }

    private static Tensor output(Model model) {
        long[] ids = new Random(5).longs(24, 0, 600).toArray();
        try (OrtSession session = OrtSession.of(OnnxFile.bytes(model), 1)) {
            return session.run(Map.of("ids", Tensor.longs(Shape.of(2, 12), ids)))
                    .values()
                    .iterator()
                    .next();
        }
    }

    @Test
    void products_and_tables_become_whole_numbers_and_are_fused() {
        Model model = encoder();
        Model made = Quantization.dynamic(settings("{mode: dynamic, measured: false}"), model, OrtJudge.fast())
                .model();
        assertThat(made.graph().initializers().values()).noneMatch(t -> t.dtype() == DType.FLOAT && t.elements() > 64);
        var run = OrtJudge.fast().optimized(made).graph();
        assertThat(run.nodes()).anyMatch(n -> n.opType().equals("DynamicQuantizeMatMul"));
        assertThat(run.nodes())
                .noneMatch(n -> n.opType().equals("MatMul") || n.opType().equals("Gemm"));
        assertThat(OnnxFile.bytes(made).length).isLessThan(OnnxFile.bytes(model).length / 3);
        assertThat(Difference.of("y", output(model), output(made)).maxRelative())
                .isLessThan(0.03);
    }

    @Test
    void a_layer_may_be_left_out() {
        Model made = Quantization.dynamic(
                        settings("{mode: dynamic, measured: false, exclude: up}"), encoder(), OrtJudge.fast())
                .model();
        assertThat(made.graph().nodes())
                .anyMatch(n -> n.is("MatMul") && n.name().equals("up"));
    }

    @Test
    void where_products_are_not_faster_tables_are_still_smaller() {
        var made = Quantization.dynamic(settings("{mode: dynamic}"), encoder(), new OrtJudge(m -> 1));
        assertThat(made.notes())
                .contains("products are not faster in whole numbers on this processor: they stay floats");
        assertThat(made.model().graph().nodes()).noneMatch(n -> n.is("MatMulInteger"));
        assertThat(made.model().graph().initializers()).doesNotContainKey("table");
    }

    @Test
    void bad_input_is_told_in_one_line() {
        Model convolution = OnnxText.parse("""
                <ir_version: 8, opset_import: ["" : 17]>
                g (float[N,4] x) => (float[N,4] y) { y = Relu(x) }""");
        assertThatThrownBy(() -> Quantization.dynamic(settings("{mode: dynamic}"), convolution, OrtJudge.fast()))
                .hasMessage(
                        "nothing to quantize: dynamic quantization is for products of matrices and embeddings, of which"
                                + " this model has none with weights of its own; take mode static");
        Model old = new Model(
                8, Map.of("", 10L), "", encoder().graph(), Map.of(), encoder().extra());
        assertThatThrownBy(() -> Quantization.dynamic(settings("{mode: dynamic}"), old, OrtJudge.fast()))
                .hasMessage("the model is of opset 10, but dynamic quantization needs 11: export it with a newer one");
    }
}
