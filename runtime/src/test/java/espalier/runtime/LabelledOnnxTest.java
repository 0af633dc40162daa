package espalier.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import espalier.graph.DType;
import espalier.graph.Extra;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.graph.ValueInfo;
import espalier.onnx.OnnxFile;
import espalier.onnx.OnnxText;
import espalier.pack.LabelledOnnx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Weights of 15 values, an odd number of them. */
class LabelledOnnxTest {
    private static final int ROWS = 99;
    private static final int COLUMNS = 101;

    private static Model model(int irVersion, int opset) {
        float[] w = new float[ROWS * COLUMNS];
        for (int i = 0; i < w.length; i++) {
            w[i] = 0.37f * (i * 31 % 15 - 7);
        }
        Model m = OnnxText.parse("""
                <ir_version: %d, opset_import: ["" : %d]>
                g (float[N,99] x) => (float[N,101] y) <float w = {0}> { y = MatMul(x, w) }""".formatted(irVersion, opset));
        return m.withGraph(m.graph().plusInitializers(Map.of("w", Tensor.floats(Shape.of(ROWS, COLUMNS), w))));
    }

    private static Map<String, Tensor> outputs(Model m) {
        try (OrtSession session = OrtSession.of(OnnxFile.bytes(m), 1)) {
            return session.run(RandomInputs.of(m, Map.of("x", Shape.of(3, ROWS)), 1));
        }
    }

    @Test
    void labels_of_four_bits_compute_the_same_and_are_folded() {
        Model model = model(10, 21);
        Model labelled = LabelledOnnx.of(model);
        assertThat(outputs(labelled)).isEqualTo(outputs(model));
        assertThat(OnnxFile.bytes(labelled).length).isLessThan(OnnxFile.bytes(model).length / 7);
        assertThat(OptimizedGraph.of(OnnxFile.bytes(labelled)).graph().nodes())
                .noneMatch(n -> n.is("Cast") || n.is("Gather"));
        assertThat(OnnxFile.parse(OnnxFile.bytes(labelled))).isEqualTo(labelled);
    }

    @Test
    void weights_that_are_named_among_the_inputs_are_labelled_too() {
        Model model = model(3, 8);
        Graph g = model.graph();
        List<ValueInfo> inputs = new ArrayList<>(g.inputs());
        inputs.add(new ValueInfo("w", Optional.of(new ValueInfo.Type(DType.FLOAT, Optional.empty())), Extra.NONE));
        Model old = model.withGraph(g.withInputs(inputs));
        Model labelled = LabelledOnnx.of(old);
        assertThat(OnnxFile.parse(OnnxFile.bytes(labelled))).isEqualTo(labelled);
        assertThat(outputs(labelled)).isEqualTo(outputs(old));
    }

    @Test
    void older_operator_sets_have_labels_of_a_byte() {
        Model model = model(8, 17);
        Model labelled = LabelledOnnx.of(model);
        assertThat(outputs(labelled)).isEqualTo(outputs(model));
        assertThat(OnnxFile.bytes(labelled).length)
                .isBetween(OnnxFile.bytes(model).length / 5, OnnxFile.bytes(model).length / 3);
    }
}
