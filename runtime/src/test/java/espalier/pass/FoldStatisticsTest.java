package espalier.pass;

import static org.assertj.core.api.Assertions.assertThat;

import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Tensor;
import espalier.runtime.Difference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A normalization without statistics of its own computes the same in ONNX Runtime. */
class FoldStatisticsTest {
    private static final String[] NORM = {"s[5]", "t[5]", "m[5]", "v[5]"};

    private static Graph requireFolded(Model model) {
        Model folded = new FoldStatistics().apply(model);
        assertThat(Difference.worst(Difference.between(FoldBatchNormTest.run(model), FoldBatchNormTest.run(folded))))
                .isLessThan(FoldBatchNormTest.TOLERANCE);
        Node norm = folded.graph().nodes().stream()
                .filter(n -> n.is("BatchNormalization"))
                .findFirst()
                .orElseThrow();
        assertThat(distinct(folded.graph().initializers().get(norm.input(3)))).containsExactly(0.0);
        assertThat(distinct(folded.graph().initializers().get(norm.input(4)))).hasSize(1);
        return folded.graph();
    }

    private static double[] distinct(Tensor t) {
        return IntStream.range(0, (int) t.elements())
                .mapToDouble(t::doubleAt)
                .distinct()
                .toArray();
    }

    private static Model linear(String layer, String weight) {
        return FoldBatchNormTest.model(
                "float",
                "float[3,4] x",
                "a = %s y = BatchNormalization <epsilon = 0.01> (a, s, t, m, v)".formatted(layer),
                weight,
                "c[5]",
                NORM[0],
                NORM[1],
                NORM[2],
                NORM[3]);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Gemm (x, w, c)", "Gemm <alpha = 0.5, beta = 2.0> (x, w, c)", "Gemm (x, w)"})
    void the_bias_of_a_linear_layer_goes_and_its_weight_stays(String layer) {
        Model m = linear(layer, "w[4,5]");
        Graph g = requireFolded(m);
        assertThat(g.nodes().get(0).inputs()).containsExactly("x", "w");
        assertThat(g.initializers())
                .containsEntry("w", m.graph().initializers().get("w"))
                .hasSize(5);
    }

    @Test
    void a_bias_that_another_layer_reads_stays_for_it() {
        Model m = FoldBatchNormTest.model(
                "float",
                "float[N,4,6,6] x",
                "a = Conv (x, w, c) n = BatchNormalization (a, s, t, m, v) b = Conv (x, w, c) y = Add (n, b)",
                "w[5,4,1,1]",
                "c[5]",
                NORM[0],
                NORM[1],
                NORM[2],
                NORM[3]);
        Graph g = requireFolded(m);
        assertThat(g.nodes().get(0).inputs()).containsExactly("x", "w");
        assertThat(g.nodes().get(2).inputs()).containsExactly("x", "w", "c");
    }

    @Test
    void what_another_node_reads_before_the_normalization_keeps_its_bias() {
        Model m = linear("Gemm (x, w, c) b = Relu (a) z = Add (a, b)", "w[4,5]");
        assertThat(requireFolded(m).nodes().get(0).inputs()).containsExactly("x", "w", "c");
    }
}
