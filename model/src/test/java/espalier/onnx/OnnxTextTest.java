package espalier.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import espalier.graph.Attribute;
import espalier.graph.BadInputException;
import espalier.graph.DType;
import espalier.graph.Dim;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.graph.ValueInfo;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OnnxTextTest {
    private static final String SMALL = """
            <ir_version: 8, opset_import: ["" : 17, "ai.onnx.ml" : 3], producer_name: "hand",
             metadata_props: ["why" : "a \\"test\\""]>
            net (float[N, 2, ?] x, int64 k = {7}) => (float[] y) <
               float[2,2] w = {1, -2.5, 1e-3, inf}, # a weight
               float[N,2] "a b"
            > {
               [first] "a b", = MatMul (x, w)
               y = ai.onnx.ml.Thing <alpha = 0.5, axes = [1, -1], mode: string = "m"> ("a b", , k)
            }
            """;

    @Test
    void reads_the_official_syntax() {
        Model m = OnnxText.parse(SMALL);
        assertThat(m.irVersion()).isEqualTo(8);
        assertThat(m.opsets()).isEqualTo(Map.of("", 17L, "ai.onnx.ml", 3L));
        assertThat(m.producer()).isEqualTo("hand");
        assertThat(m.metadata()).isEqualTo(Map.of("why", "a \"test\""));
        Graph g = m.graph();
        assertThat(g.inputs())
                .containsExactly(
                        ValueInfo.of("x", DType.FLOAT, Dim.symbol("N"), Dim.of(2), Dim.UNKNOWN),
                        ValueInfo.of("k", DType.INT64));
        assertThat(g.outputs().get(0).dims()).isEmpty();
        assertThat(g.initializers())
                .isEqualTo(Map.of(
                        "k",
                        Tensor.scalar(7L),
                        "w",
                        Tensor.floats(Shape.of(2, 2), 1, -2.5f, 1e-3f, Float.POSITIVE_INFINITY)));
        assertThat(g.valueInfo()).containsOnlyKeys("a b");
        Node first = g.nodes().get(0);
        assertThat(first.name()).isEqualTo("first");
        assertThat(first.outputs()).containsExactly("a b");
        Node second = g.nodes().get(1);
        assertThat(second.qualifiedType()).isEqualTo("ai.onnx.ml.Thing");
        assertThat(second.inputs()).containsExactly("a b", "", "k");
        assertThat(second.attributes())
                .isEqualTo(
                        Map.of("alpha", Attribute.of(0.5f), "axes", Attribute.ints(1, -1), "mode", Attribute.of("m")));
    }

    @Test
    void prints_what_it_reads() {
        assertThat(OnnxText.print(OnnxText.parse(SMALL))).isEqualTo("""
                        <
                           ir_version: 8,
                           opset_import: ["" : 17, "ai.onnx.ml" : 3],
                           producer_name: "hand",
                           metadata_props: ["why": "a \\"test\\""]
                        >
                        net (float[N,2,?] x, int64 k) => (float[] y) <
                           int64 k = {7},
                           float[2,2] w = {1, -2.5, 0.001, inf},
                           float[N,2] "a b"
                        > {
                           [first] "a b" = MatMul (x, w)
                           y = ai.onnx.ml.Thing <alpha: float = 0.5, axes: ints = [1, -1], mode: string = "m"> ("a b", "", k)
                        }
                        """);
    }

    @Test
    void attributes_of_every_kind_come_back() {
        Graph body = OnnxText.parse("branch () => (float[2] x) { x = Constant <value_floats = [1.0, 2.0]> () }")
                .graph();
        Map<String, Attribute> attributes = new java.util.LinkedHashMap<>();
        attributes.put("a", Attribute.of(Long.MIN_VALUE));
        attributes.put("b", Attribute.of(-0.1f));
        attributes.put("c", Attribute.of("\"quoted\" \\ and\nmore"));
        attributes.put("d", Attribute.of(Tensor.floats(Shape.of(1, 2), Float.MIN_VALUE, Float.MAX_VALUE)));
        attributes.put("e", new Attribute.GraphValue(body));
        attributes.put("f", new Attribute.Reals(List.of(1f, 0.5f, Float.NEGATIVE_INFINITY)));
        attributes.put("g", Attribute.ints());
        attributes.put("h", new Attribute.Texts(List.of("", "x")));
        attributes.put("i", new Attribute.Tensors(List.of(Tensor.scalar(1L), Tensor.longs(1, 2))));
        attributes.put("j", new Attribute.Graphs(List.of(body, body)));
        attributes.put("k", Attribute.of(3f));
        Model m = OnnxText.parse("g () => (int64 y) { y = Many () }");
        Model many = m.withGraph(m.graph()
                .mapNodes(n -> new Node("", "Many", "own.domain", List.of(), List.of("y"), attributes, n.extra())));
        assertThat(OnnxText.parse(OnnxText.print(many))).isEqualTo(many);
    }

    @Test
    void elements_of_every_type_come_back_bit_by_bit() {
        Random random = new Random(3);
        for (DType type : DType.values()) {
            if (type == DType.STRING) {
                continue;
            }
            Model m = OnnxText.parse("g () => (float y) { y = Make () }");
            Tensor t = RandomModels.tensor(random, type, Shape.of(3, 5));
            Model with = m.withGraph(m.graph().plusInitializers(Map.of("t", t)));
            assertThat(OnnxText.parse(OnnxText.print(with)).graph().initializers())
                    .as(type.text())
                    .isEqualTo(Map.of("t", t));
        }
    }

    @Test
    void an_outline_leaves_long_tensors_out() {
        Model m = OnnxText.parse("g () => (float y) { y = Make () }");
        Tensor w = Tensor.zeros(DType.FLOAT, Shape.of(64, 3, 3, 3));
        String outline = OnnxText.outline(m.withGraph(m.graph().plusInitializers(Map.of("w", w))));
        assertThat(outline).contains("float[64,3,3,3] w = {...}");
        assertThatThrownBy(() -> OnnxText.parse(outline))
                .isInstanceOf(BadInputException.class)
                .hasMessage("6:25: the elements were left out when this text was printed");
    }

    @Test
    void no_name_starts_a_new_line_of_an_outline() {
        Model m = OnnxText.parse("g () => (float \"y\n}\") { [\"a\u001b[1m\"] \"y\n}\" = Make <a = \"1\n\"> () }");
        assertThat(OnnxText.outline(m)).endsWith("""
                        g () => (float "y?}") {
                           ["a?[1m"] "y?}" = Make <a: string = "1?"> ()
                        }
                        """);
    }

    @Test
    void random_models_come_back() {
        for (int seed = 0; seed < 100; seed++) {
            Model m = RandomModels.plain(seed);
            assertThat(OnnxText.parse(OnnxText.print(m))).as("seed %d", seed).isEqualTo(m);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "g | 1:2: expected '(', found the end",
                "g () = > () {} | 1:6: expected '=>', found '='",
                "g (float[2 x) => () {} | 1:12: expected ']', found 'x'",
                "g (float[-2] x) => () {} | 1:12: a size cannot be negative",
                "g () => () <float[2] w = {1}> {} | 1:29: float[2] has 2 elements, but 1 are given",
                "g () => () <float[N] w = {1}> {} | 1:25: a constant needs a shape of numbers",
                "g () => () <int8[1] w = {128}> {} | 1:29: 128 does not fit into int8",
                "g () => () { y = Op <a = [1, \"x\"]> () } | 1:34: a list of attributes needs elements of one kind, or a kind where it is empty",
                "g () => () { y = Op <a: ints = 1> () } | 1:33: the value is of kind int",
                "g () => () { y = Op <a: wood = 1> () } | 1:29: unknown kind of attribute 'wood'",
                "g () => () { y = Op <a = 1, a = 2> () } | 1:34: attribute 'a' is there twice",
                "g () => () { y = Op <a = 99999999999999999999> () } | 1:46: '99999999999999999999' is not a whole number of 64 bits",
                "<colour: 3> g () => () {} | 1:9: unknown key 'colour'",
                "g () => () {} f (x) => (y) {} | 1:15: functions are not read from text: one model ends with its graph",
                "g () => (float y) {} | output 'y' is made by nothing: export it again",
            })
    void says_where_the_syntax_is_broken(String text, String message) {
        assertThatThrownBy(() -> OnnxText.parse(text))
                .isInstanceOf(BadInputException.class)
                .hasMessage(message);
    }

    @Test
    void graphs_cannot_be_nested_without_end() {
        String open = "g () => () { y = If <then_branch = ".repeat(1000);
        assertThatThrownBy(() -> OnnxText.parse(open))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("graphs are nested more than 32 deep");
    }
}
