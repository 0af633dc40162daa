package espalier.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import espalier.channel.ChannelGroup;
import espalier.channel.ChannelGroups;
import espalier.graph.BadInputException;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.graph.ValueInfo;
import espalier.onnx.OnnxText;
import espalier.torch.Threads;
import espalier.work.Outcome;
import espalier.work.Workbench;
import espalier.zoo.Zoo;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An encoder block as exporters wrote it before opset 17: attention from three products, LayerNorm from means and powers, GELU from
 * the error function.
 */
class TransformerBlockTest {
    private static final int WIDTH = 16;
    private static final int HIDDEN = 32;
    private static final int LENGTH = 6;
    private static final int CLASSES = 3;

    private static final String BLOCK = """
            <ir_version: 7, opset_import: ["" : 13]>
            encoder (float[N,6,16] x, %s) => (float[N,3] y)
            <int64[4] split = {0, 6, 4, 4}, int64[3] joined = {0, 6, 16}, float two = {2}, float half = {0.5}, float one = {1},
             float root2 = {1.4142135}, float eps = {1e-5}, float scale = {2}> {
                m1 = ReduceMean <axes = [-1]> (x)
                d1 = Sub (x, m1)
                s1 = Pow (d1, two)
                v1 = ReduceMean <axes = [-1]> (s1)
                e1 = Add (v1, eps)
                r1 = Sqrt (e1)
                n1 = Div (d1, r1)
                g1 = Mul (n1, gamma1)
                h1 = Add (g1, beta1)
                [q] mq = MatMul (h1, wq)
                q = Add (mq, bq)
                [k] mk = MatMul (h1, wk)
                k = Add (mk, bk)
                [v] mv = MatMul (h1, wv)
                v = Add (mv, bv)
                rq = Reshape (q, split)
                rk = Reshape (k, split)
                rv = Reshape (v, split)
                tq = Transpose <perm = [0, 2, 1, 3]> (rq)
                tk = Transpose <perm = [0, 2, 3, 1]> (rk)
                tv = Transpose <perm = [0, 2, 1, 3]> (rv)
                qk = MatMul (tq, tk)
                ss = Div (qk, scale)
                at = Softmax <axis = -1> (ss)
                av = MatMul (at, tv)
                ta = Transpose <perm = [0, 2, 1, 3]> (av)
                ja = Reshape (ta, joined)
                [out] mo = MatMul (ja, wo)
                o = Add (mo, bo)
                x2 = Add (x, o)
                m2 = ReduceMean <axes = [-1]> (x2)
                d2 = Sub (x2, m2)
                s2 = Pow (d2, two)
                v2 = ReduceMean <axes = [-1]> (s2)
                e2 = Add (v2, eps)
                r2 = Sqrt (e2)
                n2 = Div (d2, r2)
                g2 = Mul (n2, gamma2)
                h2 = Add (g2, beta2)
                [grow] mg = MatMul (h2, wg)
                u = Add (mg, bg)
                ud = Div (u, root2)
                ue = Erf (ud)
                u1 = Add (ue, one)
                uu = Mul (u, u1)
                gelu = Mul (uu, half)
                [shrink] ms = MatMul (gelu, ws)
                s = Add (ms, bs)
                x3 = Add (x2, s)
                p = ReduceMean <axes = [1], keepdims = 0> (x3)
                [head] y = Gemm (p, wh, bh)
            }""";

    @TempDir
    Path folder;

    @BeforeAll
    static void one_thread() {
        Threads.set(1);
    }

    private static Model block() {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        for (String norm : List.of("gamma1", "beta1", "gamma2", "beta2", "bq", "bk", "bv", "bo", "bs")) {
            shapes.put(norm, new long[] {WIDTH});
        }
        for (String square : List.of("wq", "wk", "wv", "wo")) {
            shapes.put(square, new long[] {WIDTH, WIDTH});
        }
        shapes.put("wg", new long[] {WIDTH, HIDDEN});
        shapes.put("bg", new long[] {HIDDEN});
        shapes.put("ws", new long[] {HIDDEN, WIDTH});
        shapes.put("wh", new long[] {WIDTH, CLASSES});
        shapes.put("bh", new long[] {CLASSES});
        Model m = OnnxText.parse(BLOCK.formatted(String.join(
                ", ", shapes.keySet().stream().map(n -> "float[] " + n).toList())));
        Map<String, Tensor> weights = new LinkedHashMap<>(m.graph().initializers());
        Random random = new Random(3);
        shapes.forEach((name, dims) -> weights.put(name, random(random, name, Shape.of(dims))));
        Graph g = m.graph();
        List<ValueInfo> input = g.inputs().subList(0, 1);
        return m.withGraph(g.withInputs(input).withInitializers(weights));
    }

    private static Tensor random(Random random, String name, Shape shape) {
        float[] v = new float[(int) shape.elements()];
        for (int i = 0; i < v.length; i++) {
            v[i] = (float) ((name.startsWith("gamma") ? 1 : 0)
                    + random.nextGaussian() / Math.sqrt(shape.rank() > 1 ? shape.dim(0) : 4));
        }
        return Tensor.floats(shape, v);
    }

    private static Map<String, Integer> units(Model model) {
        Map<String, Integer> units = new LinkedHashMap<>();
        for (ChannelGroup g : ChannelGroups.of(model).groups()) {
            units.put(g.name(), g.size());
        }
        return units;
    }

    private Outcome prune(Model model, String settings) {
        Desk.Clusters data = Desk.Clusters.of(64, CLASSES, LENGTH, WIDTH);
        Workbench bench = Desk.of(model, data, Optional.empty(), folder.resolve("c.ckpt"));
        return Pruning.run(Desk.settings(settings), model, bench);
    }

    private static Shape shape(Model m, String weight) {
        return m.graph().initializers().get(weight).shape();
    }

    @Test
    void loses_half_its_heads_and_half_its_feed_forward_width_and_agrees_with_its_masked_form() {
        Model m = block();
        assertThat(units(m)).containsEntry("q", 4).containsEntry("grow", HIDDEN);
        Outcome made = prune(
                m,
                "{importance: taylor, include: [q, grow], widths: {round: 1, minimum: 1}, retrain: {epochs: 1, batch: 16}}");
        assertThat(made.notes())
                .contains("grow: 32 -> 16")
                .anyMatch(n -> n.matches("q \\(and 2 coupled\\): 4 -> 2"))
                .anyMatch(n -> n.startsWith("masked and cut network agree within "));
        for (String w : List.of("wq", "wk", "wv")) {
            assertThat(shape(made.model(), w)).isEqualTo(Shape.of(WIDTH, WIDTH / 2));
        }
        assertThat(shape(made.model(), "wo")).isEqualTo(Shape.of(WIDTH / 2, WIDTH));
        assertThat(shape(made.model(), "wg")).isEqualTo(Shape.of(WIDTH, HIDDEN / 2));
        assertThat(Desk.outputs(made.model(), Desk.Clusters.of(5, CLASSES, LENGTH, WIDTH))
                        .get("y")
                        .shape())
                .isEqualTo(Shape.of(5, CLASSES));
    }

    @Test
    void heads_alone_are_a_granularity_of_their_own() {
        Outcome made =
                prune(block(), "{granularity: heads, widths: {round: 1, minimum: 1}, retrain: {epochs: 1, batch: 16}}");
        assertThat(units(made.model())).containsEntry("q", 2).containsEntry("grow", HIDDEN);
    }

    /** Two layers make each channel, and none of them is a head. */
    @Test
    void a_gated_feed_forward_and_a_residual_stream_have_no_heads() {
        Model gated = Desk.model("""
                (float[N,6,16] x) => (float[N,6,3] y)
                <float[16,8] a = {%s}, float[16,8] b = {%s}, float[8,8] c = {%s}, float[8,3] d = {%s}> {
                   [gate] g = MatMul (x, a)
                   s = Sigmoid (g)
                   [up] u = MatMul (x, b)
                   m = Mul (s, u)
                   [down] o = MatMul (m, c)
                   r = Add (u, o)
                   [head] y = MatMul (r, d)
                }""".formatted(numbers(128), numbers(128), numbers(64), numbers(24)));
        assertThat(units(gated)).containsOnly(Map.entry("gate", 8));
        assertHeadless(gated);
    }

    @Test
    void channels_that_are_shuffled_together_are_no_heads() {
        Model shuffled = Zoo.create("shufflenetv1@0.25", 3, 32, 32, 4, 1);
        assertThat(ChannelGroups.of(shuffled).groups()).anyMatch(g -> g.channels()[0] > 1);
        assertHeadless(shuffled);
    }

    private static void assertHeadless(Model model) {
        Prune heads = Desk.settings("{granularity: heads}");
        assertThatThrownBy(() -> new ChannelPlan(model, heads, heads.goal(), Sensitivity.UNKNOWN, Map.of()))
                .isInstanceOf(BadInputException.class)
                .hasMessage(
                        "this model has no attention heads that can be cut: take granularity channels, or see espalier inspect --groups");
    }

    private static String numbers(int n) {
        return IntStream.range(0, n).mapToObj(i -> "" + Math.sin(i + 1)).collect(Collectors.joining(", "));
    }
}
