package espalier.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import espalier.graph.BadInputException;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Tensor;
import espalier.onnx.OnnxText;
import espalier.pass.FoldBatchNorm;
import espalier.torch.Threads;
import espalier.zoo.Zoo;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnfoldBatchNormTest {
    private static final double TOLERANCE = 1e-4;

    @BeforeAll
    static void one_thread() {
        Threads.set(1);
    }

    private static long count(Model m, String op) {
        return m.graph().nodes().stream().filter(n -> n.is(op)).count();
    }

    @ParameterizedTest
    @CsvSource({"resnet8, 9, 9", "resnet20@0.5, 21, 21", "vgg11@0.25, 8, 8", "lenet5, 0, 3", "lenet300-100, 0, 2"})
    void a_network_whose_batch_norm_was_folded_gets_it_back_and_computes_the_same(String key, int had, int gets) {
        Model m = Trained.like(Zoo.create(key, 3, 32, 32, 10, 1), 2);
        Model folded = new FoldBatchNorm().apply(m);
        assertThat(count(m, "BatchNormalization")).isEqualTo(had);
        assertThat(count(folded, "BatchNormalization")).isZero();
        Noise noise = Noise.of(40, 3, 32, 32);
        Model unfolded = new UnfoldBatchNorm().apply(folded, noise.batches(40));
        assertThat(count(unfolded, "BatchNormalization")).isEqualTo(gets);
        assertThat(Referee.difference(folded, unfolded, noise.batches(20))).isLessThan(TOLERANCE);
        Model again = new FoldBatchNorm().apply(unfolded);
        assertThat(again.graph().nodes())
                .extracting(Node::outputs)
                .isEqualTo(folded.graph().nodes().stream().map(Node::outputs).toList());
        assertThat(Referee.difference(folded, again, noise.batches(20))).isLessThan(TOLERANCE);
    }

    @Test
    void the_normalized_value_has_mean_beta_and_deviation_gamma() {
        Model m = new FoldBatchNorm().apply(Trained.like(Zoo.create("resnet8@0.5", 3, 8, 8, 10, 1), 2));
        Noise noise = Noise.of(64, 3, 8, 8);
        Graph g = new UnfoldBatchNorm(false, 64).apply(m, noise.batches(64)).graph();
        ChannelMoments expected =
                Moments.of(m, noise.batches(64), List.of("bn1"), 64).get("bn1");
        for (int c = 0; c < expected.channels(); c++) {
            assertThat(at(g, "conv1.bn.running_mean", c)).isEqualTo((float) expected.mean()[c]);
            assertThat(at(g, "conv1.bn.bias", c)).isEqualTo((float) expected.mean()[c]);
            assertThat(at(g, "conv1.bn.running_var", c)).isEqualTo((float) expected.variance()[c]);
            assertThat(at(g, "conv1.bn.weight", c))
                    .isEqualTo((float) Math.sqrt((float) expected.variance()[c] + 1e-5f));
        }
    }

    private static float at(Graph g, String name, int i) {
        return g.initializers().get(name).toFloats()[i];
    }

    private static final String DEAD = """
            <ir_version: 8, opset_import: ["" : 17]>
            net (float[N,1,2,2] x) => (float[N,2] y) <
               float[2,1,1,1] w = {0, 1}, float[2] b = {1000, 0}, float[2,2,1,1] u = {1, 1, 1, -1}
            > {
               [a] p = Conv (x, w, b)
               q = Relu (p)
               [b] r = Conv (q, u)
               s = Relu (r)
               t = Conv (s, u)
               v = GlobalAveragePool (t)
               y = Flatten (v)
            }
            """;

    @Test
    void channels_that_never_change_stay_as_they_are() {
        Model m = OnnxText.parse(DEAD);
        Noise noise = Noise.of(20, 1, 2, 2);
        Model unfolded = new UnfoldBatchNorm().apply(m, noise.batches(20));
        assertThat(unfolded.graph().initializers().get("a.bn.running_var").doubleAt(0))
                .isZero();
        for (Tensor t : unfolded.graph().initializers().values()) {
            for (float v : t.toFloats()) {
                assertThat(v).isFinite();
            }
        }
        assertThat(Referee.difference(m, unfolded, noise.batches(20))).isLessThan(TOLERANCE);
    }

    @Test
    void layers_of_one_name_do_not_collide_and_the_last_layer_stays() {
        Graph g = new UnfoldBatchNorm()
                .apply(
                        OnnxText.parse(DEAD.replace("[b]", "[a]")),
                        Noise.of(20, 1, 2, 2).batches(20))
                .graph();
        assertThat(g.nodes()).extracting(Node::name).containsExactly("a", "a.bn", "", "a", "a.bn2", "", "", "", "");
        assertThat(g.initializers()).containsKeys("a.bn.weight", "a.bn2.weight");
    }

    @Test
    void a_model_that_has_its_batch_norm_stays_as_it_is() {
        Model m = Zoo.create("resnet8", 3, 8, 8, 10, 1);
        assertThat(new UnfoldBatchNorm().apply(m, Noise.of(4, 3, 8, 8).batches(4)))
                .isSameAs(m);
    }

    @Test
    void linear_layers_may_be_left_out() {
        Model m = Zoo.create("lenet300-100", 1, 4, 4, 3, 1);
        assertThat(new UnfoldBatchNorm(false, 16).apply(m, Noise.of(16, 1, 4, 4).batches(16)))
                .isSameAs(m);
    }

    @Test
    void one_sample_has_no_variance() {
        assertThatThrownBy(() -> new UnfoldBatchNorm(true, 1))
                .isInstanceOf(BadInputException.class)
                .hasMessage("samples must be 2 or more, got 1");
    }
}
