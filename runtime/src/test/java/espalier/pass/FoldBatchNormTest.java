package espalier.pass;

import static org.assertj.core.api.Assertions.assertThat;

import espalier.graph.DType;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.onnx.OnnxFile;
import espalier.onnx.OnnxText;
import espalier.op.InputShapes;
import espalier.runtime.Difference;
import espalier.runtime.OrtSession;
import espalier.runtime.RandomInputs;
import espalier.runtime.SessionSettings;
import espalier.zoo.Zoo;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is folded computes the same in ONNX Runtime. */
class FoldBatchNormTest {
    static final double TOLERANCE = 1e-5;
    private static final String IMAGE = "float[N,4,6,6] x";

    /**
     * A graph with random weights.
     *
     * @param weights names and shapes, as {@code w[6,4,3,3]}; those that begin with {@code v} are positive
     */
    static Model model(String type, String input, String nodes, String... weights) {
        String declared = java.util.Arrays.stream(weights)
                .map(w -> ", " + type + "[] " + w.substring(0, w.indexOf('[')))
                .collect(java.util.stream.Collectors.joining());
        Model m = OnnxText.parse("""
                <ir_version: 8, opset_import: ["" : 17]>
                net (%s%s) => (%s[] y) { %s }
                """.formatted(input, declared, type, nodes));
        Random random = new Random(7);
        Map<String, Tensor> constants = new LinkedHashMap<>();
        for (String w : weights) {
            String name = w.substring(0, w.indexOf('['));
            long[] dims = java.util.Arrays.stream(
                            w.substring(name.length() + 1, w.length() - 1).split(","))
                    .mapToLong(Long::parseLong)
                    .toArray();
            constants.put(name, random(DType.valueOf(type.toUpperCase(java.util.Locale.ROOT)), name, dims, random));
        }
        Graph g = m.graph();
        return m.withGraph(g.withInputs(g.inputs().subList(0, 1)).withInitializers(constants));
    }

    private static Tensor random(DType type, String name, long[] dims, Random random) {
        Shape shape = Shape.of(dims);
        double[] v = new double[(int) shape.elements()];
        for (int i = 0; i < v.length; i++) {
            double g = 0.4 * random.nextGaussian();
            v[i] = name.startsWith("v") ? 0.3 + g * g : g;
        }
        if (type == DType.DOUBLE) {
            return Tensor.doubles(shape, v);
        }
        float[] f = new float[v.length];
        for (int i = 0; i < v.length; i++) {
            f[i] = (float) v[i];
        }
        return Tensor.floats(shape, f);
    }

    static Map<String, Tensor> run(Model model) {
        Map<String, Tensor> inputs = RandomInputs.of(model, InputShapes.of(model, 3, Map.of()), 5);
        try (OrtSession session = OrtSession.of(
                OnnxFile.bytes(model), new SessionSettings().withThreads(1).unoptimized())) {
            return session.run(inputs);
        }
    }

    private static Graph requireFolded(Model model) {
        Model folded = new FoldBatchNorm().apply(model);
        assertThat(folded.graph().nodes()).extracting(Node::opType).doesNotContain("BatchNormalization");
        assertThat(Difference.worst(Difference.between(run(model), run(folded))))
                .isLessThan(TOLERANCE);
        return folded.graph();
    }

    private static void requireUnchanged(Model model) {
        assertThat(new FoldBatchNorm().apply(model)).isSameAs(model);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 'w[6,4,3,3]', 6",
        "2, 'w[6,2,3,3]', 6",
        "4, 'w[4,1,3,3]', 4",
        "4, 'w[8,1,3,3]', 8",
    })
    void convolutions_of_any_grouping(int group, String weight, int channels) {
        String nodes = "a = Conv <group = %d, pads = [1, 1, 1, 1]> (x, w, b) y = BatchNormalization (a, s, t, m, v)"
                .formatted(group);
        String c = "[" + channels + "]";
        Graph g = requireFolded(model("float", IMAGE, nodes, weight, "b" + c, "s" + c, "t" + c, "m" + c, "v" + c));
        assertThat(g.initializers()).containsOnlyKeys("w", "b");
        assertThat(g.nodes().get(0).outputs()).containsExactly("y");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void transposed_convolutions_of_any_grouping(int group) {
        String nodes = """
                a = ConvTranspose <group = %d, strides = [2, 2]> (x, w)
                y = BatchNormalization <epsilon = 0.01> (a, s, t, m, v)""".formatted(group);
        String c = "[" + 3 * group + "]";
        requireFolded(model("float", IMAGE, nodes, "w[4,3,2,2]", "s" + c, "t" + c, "m" + c, "v" + c));
    }

    @Test
    void a_convolution_without_a_bias_gets_one_named_after_it() {
        Graph g = requireFolded(model(
                "float",
                IMAGE,
                "[first] a = Conv (x, w) y = BatchNormalization (a, s, t, m, v)",
                "w[5,4,1,1]",
                "s[5]",
                "t[5]",
                "m[5]",
                "v[5]"));
        assertThat(g.nodes().get(0).inputs()).containsExactly("x", "w", "first.bias");
    }

    @Test
    void double_precision_stays_double() {
        Model m = model(
                "double",
                "double[N,4,5] x",
                "a = Conv (x, w, b) y = BatchNormalization (a, s, t, m, v)",
                "w[5,4,2]",
                "b[5]",
                "s[5]",
                "t[5]",
                "m[5]",
                "v[5]");
        Graph g = new FoldBatchNorm().apply(m).graph();
        assertThat(g.initializers()).containsOnlyKeys("w", "b");
        assertThat(g.initializers().values()).allMatch(t -> t.dtype() == DType.DOUBLE);
        double inverse = at(m, "s") / Math.sqrt(at(m, "v") + 1e-5f);
        assertThat(g.initializers().get("b").doubleAt(0))
                .isEqualTo((at(m, "b") - at(m, "m")) * inverse + at(m, "t"), within(1e-14));
        assertThat(g.initializers().get("w").doubleAt(0)).isEqualTo(at(m, "w") * inverse, within(1e-14));
    }

    private static org.assertj.core.data.Offset<Double> within(double tolerance) {
        return org.assertj.core.api.Assertions.within(tolerance);
    }

    private static double at(Model model, String weight) {
        return model.graph().initializers().get(weight).doubleAt(0);
    }

    @ParameterizedTest
    @CsvSource({
        "'', 'w[4,5]', 'c[5]'",
        "'<transB = 1>', 'w[5,4]', 'c[5]'",
        "'<alpha = 0.5, beta = 2.0>', 'w[4,5]', 'c[1,5]'",
        "'<transB = 1, alpha = 0.5, beta = 3.0>', 'w[5,4]', 'c[1]'",
        "'<transA = 1, transB = 1, beta = 0.0>', 'w[5,3]', 'c[5]'"
    })
    void linear_layers_with_their_factors(String attributes, String weight, String bias) {
        String nodes = "a = Gemm %s (x, w, c) y = BatchNormalization (a, s, t, m, v)".formatted(attributes);
        requireFolded(model("float", "float[3,4] x", nodes, weight, bias, "s[5]", "t[5]", "m[5]", "v[5]"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"b = Add (a, c)", "b = Add (c, a)", "b = Identity (a)", ""})
    void products_with_and_without_a_bias(String between) {
        boolean identity = between.contains("Identity");
        String nodes = "a = MatMul (x, w) %s y = BatchNormalization (%s, s, t, m, v)"
                .formatted(between, between.isEmpty() ? "a" : "b");
        Model m = model("float", "float[N,4] x", nodes, "w[4,5]", "c[5]", "s[5]", "t[5]", "m[5]", "v[5]");
        if (identity) {
            requireUnchanged(m);
        } else {
            requireFolded(m);
        }
    }

    @Test
    void channels_of_a_sequence_are_not_the_columns_of_its_product() {
        requireUnchanged(model(
                "float",
                "float[N,5,4] x",
                "a = MatMul (x, w) b = Add (a, c) y = BatchNormalization (b, s, t, m, v)",
                "w[4,5]",
                "c[5]",
                "s[5]",
                "t[5]",
                "m[5]",
                "v[5]"));
    }

    @Test
    void one_normalization_after_the_other() {
        requireFolded(model("float", IMAGE, """
                a = Conv (x, w)
                b = BatchNormalization (a, s, t, m, v)
                c = BatchNormalization (b, s, t, m, v)
                y = Relu (c)""", "w[5,4,3,3]", "s[5]", "t[5]", "m[5]", "v[5]"));
    }

    @Test
    void a_bias_shared_with_another_layer_is_copied() {
        Graph g = requireFolded(
                model("float", IMAGE, """
                [one] a = Conv (x, w, c)
                b = BatchNormalization (a, s, t, m, v)
                d = Conv (x, u, c)
                y = Add (b, d)""", "w[5,4,3,3]", "u[5,4,3,3]", "c[5]", "s[5]", "t[5]", "m[5]", "v[5]"));
        assertThat(g.initializers()).containsOnlyKeys("w", "u", "c", "one.bias");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a = Conv (x, w) b = BatchNormalization (a, s, t, m, v) y = Add (a, b)",
                "a = Conv (x, w) b = Conv (x, w) c = BatchNormalization (a, s, t, m, v) y = Add (b, c)",
                "w2 = Identity (w) a = Conv (x, w2) y = BatchNormalization (a, s, t, m, v)",
                "a = Conv (x, w) t2 = Identity (t) y = BatchNormalization (a, s, t2, m, v)",
                "a = Conv (x, w) y, p, q = BatchNormalization <training_mode = 1> (a, s, t, m, v)",
                "a = Conv (x, w) b = Relu (a) y = BatchNormalization (b, s, t, m, v)",
                "y = BatchNormalization (x, s4, t4, m4, v4)"
            })
    void leaves_alone_what_it_cannot_merge(String nodes) {
        requireUnchanged(model(
                "float",
                IMAGE,
                nodes,
                "w[5,4,3,3]",
                "s[5]",
                "t[5]",
                "m[5]",
                "v[5]",
                "s4[4]",
                "t4[4]",
                "m4[4]",
                "v4[4]"));
    }

    @Test
    void a_layer_whose_result_is_an_output_stays() {
        Model m = model(
                "float",
                IMAGE,
                "a = Conv (x, w) y = BatchNormalization (a, s, t, m, v)",
                "w[5,4,3,3]",
                "s[5]",
                "t[5]",
                "m[5]",
                "v[5]");
        requireUnchanged(m.withGraph(m.graph()
                .withOutputs(List.of(m.graph().outputs().get(0), espalier.graph.ValueInfo.of("a", DType.FLOAT)))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"resnet8", "vgg11@0.25"})
    void whole_networks(String key) {
        Model m = Zoo.create(key, 3, 32, 32, 10, 1);
        Random random = new Random(2);
        Map<String, Tensor> weights = new LinkedHashMap<>();
        m.graph().initializers().forEach((name, t) -> {
            if (t.shape().rank() == 1) {
                String kind = name.endsWith("weight") || name.endsWith("var") ? "v" : "b";
                weights.put(name, random(DType.FLOAT, kind, t.shape().toArray(), random));
            }
        });
        requireFolded(m.withGraph(m.graph().plusInitializers(weights)));
    }
}
