package espalier.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.torch.Threads;
import espalier.zoo.Zoo;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FreshWeightsTest {
    @BeforeAll
    static void one_thread() {
        Threads.set(1);
    }

    private static double deviation(Tensor t) {
        double[] v = Doubles.of(t);
        double mean = Arrays.stream(v).average().orElseThrow();
        return Math.sqrt(
                Arrays.stream(v).map(x -> (x - mean) * (x - mean)).average().orElseThrow());
    }

    @ParameterizedTest
    @ValueSource(strings = {"lenet5", "vgg11@0.25", "resnet20", "mlp-40-30"})
    void a_trained_network_of_the_zoo_becomes_like_one_of_another_seed(String key) {
        Model zoo = Zoo.create(key, 3, 32, 32, 10, 1);
        Model fresh = FreshWeights.of(Trained.like(zoo, 2), 5);
        assertThat(fresh.graph().nodes()).isEqualTo(zoo.graph().nodes());
        assertThat(fresh.graph().initializers())
                .containsOnlyKeys(zoo.graph().initializers().keySet());
        zoo.graph().initializers().forEach((name, expected) -> {
            Tensor t = fresh.graph().initializers().get(name);
            if (expected.shape().rank() == 1) {
                assertThat(t).as(name).isEqualTo(expected);
            } else {
                assertThat(t).as(name).isNotEqualTo(expected);
                double tolerance = 4 / Math.sqrt(2.0 * t.elements());
                assertThat(deviation(t) / deviation(expected)).as(name).isEqualTo(1, within(2 * tolerance));
            }
        });
    }

    @Test
    void the_same_seed_gives_the_same_weights_whatever_they_were() {
        Model m = Zoo.create("resnet8", 3, 8, 8, 10, 1);
        assertThat(FreshWeights.of(m, 3)).isEqualTo(FreshWeights.of(Trained.like(m, 4), 3));
        assertThat(FreshWeights.of(m, 3)).isNotEqualTo(FreshWeights.of(m, 4));
    }

    @Test
    void two_weights_of_one_shape_differ() {
        Graph g = FreshWeights.of(Zoo.create("mlp-40-40-40", 1, 8, 5, 10, 1), 1).graph();
        assertThat(g.initializers().get("fc2.weight"))
                .isNotEqualTo(g.initializers().get("fc3.weight"));
    }

    /** The fan-in, with 2 for the gain of a layer that another follows. */
    @ParameterizedTest
    @CsvSource({
        "'z = Gemm (x, w)', 'w[50,60]', w",
        "'z = Gemm <transB = 1> (x, w)', 'w[60,50]', w",
        "'z = MatMul (x, w)', 'w[50,60]', w",
        "'t = Transpose <perm = [1, 0]> (w) z = MatMul (x, t)', 'w[60,50]', t"
    })
    void linear_weights_are_drawn_by_their_fan_in(String nodes, String weight, String read) {
        Model m = RandomWeights.model("float[N,50] x", nodes + " y = MatMul (z, u)", weight, "u[60,40]");
        Graph g = FreshWeights.of(m, 1).graph();
        assertThat(deviation(g.initializers().get(read))).isEqualTo(Math.sqrt(2 / 50.0), within(0.01));
        assertThat(deviation(g.initializers().get("u"))).isEqualTo(Math.sqrt(1 / 60.0), within(0.01));
    }

    @ParameterizedTest
    @CsvSource({
        "'z = Conv <group = 2> (x, w)', 'w[40,10,3,3]', 90",
        "'z = ConvTranspose <group = 2> (x, w)', 'w[20,20,3,3]', 90"
    })
    void filters_of_a_group_see_its_channels_alone(String nodes, String weight, double fanIn) {
        Model m = RandomWeights.model("float[N,20,5,5] x", nodes + " y = Conv (z, u)", weight, "u[40,40,1,1]");
        Graph g = FreshWeights.of(m, 1).graph();
        assertThat(deviation(g.initializers().get("w"))).isEqualTo(Math.sqrt(2 / fanIn), within(0.01));
    }

    @Test
    void what_is_not_a_weight_gets_its_neutral_value_and_what_is_not_learned_stays() {
        String nodes = """
                s0 = Sub (x, mean) z = MatMul (s0, w) q = Add (z, b) e = Add (q, p) n = LayerNormalization (e, g, h)
                r = Mul (n, k) l = PRelu (r, f) y = MatMul (l, u)""";
        Model m = RandomWeights.model(
                "float[N,7,50] x",
                nodes,
                "mean[50]",
                "w[50,60]",
                "b[60]",
                "p[1,7,60]",
                "g[60]",
                "h[60]",
                "k[60]",
                "f[60]",
                "u[60,40]");
        Map<String, Tensor> now = FreshWeights.of(m, 1).graph().initializers();
        assertThat(now.get("mean")).isEqualTo(m.graph().initializers().get("mean"));
        for (String zero : List.of("b", "h")) {
            assertThat(Doubles.of(now.get(zero))).containsOnly(0);
        }
        for (String one : List.of("g", "k")) {
            assertThat(Doubles.of(now.get(one))).containsOnly(1);
        }
        assertThat(Doubles.of(now.get("f"))).containsOnly(0.25);
        assertThat(deviation(now.get("p"))).isEqualTo(0.02, within(0.002));
        assertThat(now.get("p").shape()).isEqualTo(Shape.of(1, 7, 60));
    }
}
