package espalier.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import espalier.channel.ChannelGroup;
import espalier.channel.ChannelGroups;
import espalier.channel.Choice;
import espalier.channel.Cut;
import espalier.data.Batches;
import espalier.graph.BadInputException;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Tensor;
import espalier.torch.Threads;
import espalier.zoo.Zoo;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecoveryTest {
    private static final double SAME = 1e-5;

    @BeforeAll
    static void one_thread() {
        Threads.set(1);
    }

    private static Model model(String input, String nodes, String... weights) {
        return RandomWeights.model(input, nodes, weights);
    }

    private static Choice without(Model m, int unit) {
        ChannelGroups groups = ChannelGroups.of(m);
        ChannelGroup first = groups.groups().get(0);
        BitSet removed = new BitSet();
        removed.set(unit);
        return Choice.none(groups).with(first, removed);
    }

    /** Makes channel 3 of the first layer 2 times channel 0 minus channel 1. */
    private static Model withLinearChannel(Model m, boolean filtersFirst) {
        Graph g = m.graph();
        float[] w = g.initializers().get("w").toFloats();
        float[] b = g.initializers().get("b").toFloats();
        int perFilter = w.length / b.length;
        for (int i = 0; i < perFilter; i++) {
            int step = filtersFirst ? perFilter : 1;
            int at = filtersFirst ? i : i * b.length;
            w[at + 3 * step] = 2 * w[at] - w[at + step];
        }
        b[3] = 2 * b[0] - b[1];
        return m.withGraph(g.plusInitializers(Map.of(
                "w",
                Tensor.floats(g.initializers().get("w").shape(), w),
                "b",
                Tensor.floats(g.initializers().get("b").shape(), b))));
    }

    private static void requireExact(Model m, Batches batches) {
        Choice choice = without(m, 3);
        Model cut = Cut.apply(m, choice);
        assertThat(Referee.difference(m, cut, batches)).isGreaterThan(0.02);
        Recovery squares = new LeastSquares(64, 20, 1e-9, 1);
        Model better = squares.apply(m, cut, Survivors.of(choice), batches);
        assertThat(better.graph().nodes()).isEqualTo(cut.graph().nodes());
        assertThat(Referee.difference(m, better, batches)).isLessThan(SAME);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<pads = [1, 1, 1, 1]>",
                "<strides = [2, 1], pads = [0, 2, 1, 0]>",
                "<dilations = [1, 2], strides = [1, 2]>",
                "<auto_pad = \"SAME_UPPER\", strides = [2, 2]>"
            })
    void a_channel_that_others_determine_is_made_up_for_by_the_next_convolution(String attributes) {
        String nodes = "p = Conv (x, w, b) y = Conv %s (p, u, c)".formatted(attributes);
        Model m = withLinearChannel(model("float[N,3,8,7] x", nodes, "w[5,3,2,2]", "b[5]", "u[4,5,3,2]", "c[4]"), true);
        requireExact(m, Noise.of(64, 3, 8, 7).batches(64));
    }

    @ParameterizedTest
    @CsvSource({
        "'p = Gemm (x, w, b) y = Gemm (p, u, c)', 'w[6,5]', 'u[5,3]', false",
        "'p = Gemm <transB = 1> (x, w, b) y = Gemm <transB = 1> (p, u, c)', 'w[5,6]', 'u[3,5]', true",
        "'q = MatMul (x, w) p = Add (q, b) y = MatMul (p, u)', 'w[6,5]', 'u[5,3]', false"
    })
    void and_by_the_next_linear_layer(String nodes, String w, String u, boolean filtersFirst) {
        Model m = withLinearChannel(model("float[N,6] x", nodes, w, "b[5]", u, "c[3]"), filtersFirst);
        requireExact(m, Noise.of(64, 6).batches(64));
    }

    @Test
    void and_by_a_product_over_a_sequence() {
        String nodes = "q = MatMul (x, w) p = Add (b, q) r = MatMul (p, u) y = Add (c, r)";
        Model m = withLinearChannel(model("float[N,4,6] x", nodes, "w[6,5]", "b[5]", "u[5,3]", "c[3]"), false);
        requireExact(m, Noise.of(64, 4, 6).batches(64));
    }

    @Test
    void what_data_say_nothing_about_stays() {
        String nodes = "p = Conv (x, w, b) q = Relu (p) y = Conv (q, u, c)";
        Model m = model("float[N,3,4,4] x", nodes, "w[5,3,1,1]", "b[5]", "u[4,5,1,1]", "c[4]");
        Tensor bias = Tensor.floats(m.graph().initializers().get("b").shape(), 0, 0, 0, 0, -1000);
        Model dead = m.withGraph(m.graph().plusInitializers(Map.of("b", bias)));
        Choice choice = without(dead, 3);
        Model cut = Cut.apply(dead, choice);
        Model better = new LeastSquares(32, 10, 1e-4, 1)
                .apply(dead, cut, Survivors.of(choice), Noise.of(32, 3, 4, 4).batches(32));
        float[] before = cut.graph().initializers().get("u").toFloats();
        float[] after = better.graph().initializers().get("u").toFloats();
        for (int filter = 0; filter < 4; filter++) {
            assertThat(after[4 * filter + 3]).isEqualTo(before[4 * filter + 3], within(1e-6f));
            assertThat(after[4 * filter]).isNotEqualTo(before[4 * filter]);
        }
    }

    private static Model shifted(Model m, double spread, String... names) {
        Random random = new Random(9);
        Graph g = m.graph();
        for (String name : names) {
            Tensor t = g.initializers().get(name);
            float[] v = t.toFloats();
            for (int i = 0; i < v.length; i++) {
                v[i] += (float) (spread * random.nextGaussian());
            }
            g = g.plusInitializers(Map.of(name, Tensor.floats(t.shape(), v)));
        }
        return m.withGraph(g);
    }

    @Test
    void shifted_biases_are_found_again() {
        String nodes = """
                p = Conv (x, w, b) q = Relu (p) r = Conv (q, u) s = BatchNormalization (r, g, h, m, v)
                t = Relu (s) k = Flatten (t) z = MatMul (k, o) y = Add (z, c)""";
        Model m = model(
                "float[N,3,4,4] x",
                nodes,
                "w[5,3,3,3]",
                "b[5]",
                "u[4,5,1,1]",
                "g[4]",
                "h[4]",
                "m[4]",
                "v[4]",
                "o[16,3]",
                "c[3]");
        Noise noise = Noise.of(64, 3, 4, 4);
        Model changed = shifted(m, 0.5, "b", "h", "c");
        assertThat(Referee.difference(m, changed, noise.batches(64))).isGreaterThan(0.1);
        Model better = new BiasCorrection(64).apply(m, changed, Survivors.all(), noise.batches(20));
        assertThat(better.graph().nodes()).isEqualTo(m.graph().nodes());
        assertThat(Referee.difference(m, better, noise.batches(64))).isLessThan(SAME);
    }

    @ParameterizedTest
    @CsvSource({
        "'y = Conv (x, w)', 'w[4,3,2,2]', 'Conv'",
        "'y = Conv <group = 3> (x, w)', 'w[3,1,2,2]', 'Conv'",
        "'y = ConvTranspose (x, w)', 'w[3,4,2,2]', 'ConvTranspose'",
        "'p = Flatten (x) y = Gemm (p, w)', 'w[48,4]', 'Flatten, Gemm'",
        "'p = Flatten (x) y = Gemm (p, w, s)', 'w[48,4]', 'Flatten, Gemm'",
        "'p = Flatten (x) y = MatMul (p, w)', 'w[48,4]', 'Flatten, MatMul, Add'"
    })
    void a_layer_without_a_bias_gets_one(String nodes, String w, String operators) {
        Model m = model("float[N,3,4,4] x", nodes, w, "s[1]");
        Noise noise = Noise.of(64, 3, 4, 4);
        Model better = new BiasCorrection(64).apply(m, shifted(m, 0.5, "w"), Survivors.all(), noise.batches(64));
        assertThat(better.graph().nodes()).extracting(Node::opType).containsExactly(operators.split(", "));
        Tensor expected = Referee.value(m, noise.batches(64), "y");
        Tensor got = Referee.value(better, noise.batches(64), "y");
        for (int c = 0; c < expected.shape().dim(1); c++) {
            assertThat(MomentsTest.moments(got, c)[0]).isEqualTo(MomentsTest.moments(expected, c)[0], within(1e-5));
        }
    }

    @Test
    void only_the_surviving_channels_are_compared() {
        Model m = Trained.like(Zoo.create("resnet8@0.5", 3, 8, 8, 10, 1), 2);
        ChannelGroups groups = ChannelGroups.of(m);
        Choice choice = Choice.none(groups);
        for (ChannelGroup g : groups.groups()) {
            choice = choice.with(
                    g, Choice.weakest(g, new Random(3).doubles(g.size()).toArray(), g.size() / 2));
        }
        Batches batches = Noise.of(48, 3, 8, 8).batches(48);
        Model cut = Cut.apply(m, choice);
        Model better = new BiasCorrection(48).apply(m, cut, Survivors.of(choice), batches);
        Survivors survivors = Survivors.of(choice);
        for (String[] pair : List.of(new String[] {"conv1", "bn1"}, new String[] {"layer3.0.conv2", "layer3.0.bn2"})) {
            int[] kept = Layer.byId(m.graph()).get(pair[0]).survivors(m.graph(), survivors);
            Tensor expected = Referee.value(m, batches, pair[1]);
            Tensor got = Referee.value(better, batches, pair[1]);
            assertThat(kept).hasSize((int) got.shape().dim(1));
            for (int c = 0; c < kept.length; c++) {
                assertThat(MomentsTest.moments(got, c)[0])
                        .isEqualTo(MomentsTest.moments(expected, kept[c])[0], within(1e-4));
            }
        }
        assertThatThrownBy(() -> new BiasCorrection(48).apply(m, cut, Survivors.all(), batches))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("conv1 has 4 channels, but 8 are said to survive");
    }

    @Test
    void statistics_are_those_of_the_normalizations_inputs() {
        Model m = Trained.like(Zoo.create("resnet8@0.5", 3, 8, 8, 10, 1), 2);
        Batches one = Noise.of(48, 3, 8, 8).batches(48);
        Model measured = new BatchNormStatistics(48).measured(m, one);
        assertThat(measured.graph().nodes()).isEqualTo(m.graph().nodes());
        int seen = 0;
        for (Node n : m.graph().nodes()) {
            if (n.is("BatchNormalization")) {
                Tensor in = Referee.value(measured, one, n.input(0));
                for (int c = 0; c < in.shape().dim(1); c++) {
                    double[] expected = MomentsTest.moments(in, c);
                    assertThat(weight(measured, n.input(3), c))
                            .isEqualTo(expected[0], within(1e-4 * Math.sqrt(expected[1])));
                    assertThat(weight(measured, n.input(4), c)).isEqualTo(expected[1], within(1e-4 * expected[1]));
                    seen++;
                }
            }
        }
        assertThat(seen).isGreaterThan(100);
    }

    private static double weight(Model m, String name, int i) {
        return m.graph().initializers().get(name).doubleAt(i);
    }

    @Test
    void statistics_of_several_batches_are_those_of_all_samples_together() {
        Model m = Zoo.create("vgg11@0.25", 3, 4, 4, 10, 1);
        Noise noise = Noise.of(53, 3, 4, 4);
        Model measured = new BatchNormStatistics(50).measured(m, noise.batches(10));
        Node first = m.graph().nodes().stream()
                .filter(n -> n.is("BatchNormalization"))
                .findFirst()
                .orElseThrow();
        Tensor in = Referee.value(m, Noise.of(50, 3, 4, 4).batches(50), first.input(0));
        double[] expected = MomentsTest.moments(in, 2);
        assertThat(weight(measured, first.input(3), 2)).isEqualTo(expected[0], within(1e-5));
        assertThat(weight(measured, first.input(4), 2)).isEqualTo(expected[1], within(1e-5 * expected[1]));
    }

    @Test
    void one_sample_at_a_time_has_no_batch_statistics() {
        Model m = Zoo.create("vgg11@0.25", 3, 4, 4, 10, 1);
        assertThatThrownBy(() -> new BatchNormStatistics()
                        .measured(m, Noise.of(8, 3, 4, 4).batches(1)))
                .isInstanceOf(BadInputException.class)
                .hasMessage("noise: batch statistics need batches of 2 or more samples");
    }

    @Test
    void settings_out_of_range_are_refused() {
        assertThatThrownBy(() -> new LeastSquares(0, 1, 1, 0)).hasMessage("samples must be 1 or more, got 0");
        assertThatThrownBy(() -> new LeastSquares(1, 0, 1, 0)).hasMessage("positions must be 1 or more, got 0");
        assertThatThrownBy(() -> new LeastSquares(1, 1, 0, 0)).hasMessage("ridge must be above 0, got 0.0");
        assertThatThrownBy(() -> new BiasCorrection(0)).hasMessage("samples must be 1 or more, got 0");
        assertThatThrownBy(() -> new BatchNormStatistics(1)).hasMessage("samples must be 2 or more, got 1");
    }
}
