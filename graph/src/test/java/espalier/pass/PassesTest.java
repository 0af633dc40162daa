package espalier.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import espalier.graph.Attribute;
import espalier.graph.BadInputException;
import espalier.graph.DType;
import espalier.graph.Dim;
import espalier.graph.Extra;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.graph.ValueInfo;
import espalier.onnx.OnnxText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PassesTest {
    private static final Tensor WEIGHT = Tensor.floats(Shape.of(2, 2), 1, 2, 3, 4);

    private static Model model(Map<String, Tensor> initializers, Node... nodes) {
        ValueInfo in = ValueInfo.of("x", DType.FLOAT, Dim.symbol("N"), Dim.of(2));
        ValueInfo out = ValueInfo.of("y", DType.FLOAT, Dim.symbol("N"), Dim.of(2));
        return Model.of(
                17,
                new Graph("g", List.of(nodes), initializers, List.of(in), List.of(out), Map.of("a", out), Extra.NONE));
    }

    @Test
    void constants_of_every_numeric_form_become_initializers() {
        Model m = model(
                Map.of(),
                Node.of("Constant", List.of(), List.of("w"), Map.of("value", Attribute.of(WEIGHT))),
                Node.of("Constant", List.of(), List.of("f"), Map.of("value_float", Attribute.of(1.5f))),
                Node.of("Constant", List.of(), List.of("i"), Map.of("value_ints", Attribute.ints(7, 8))),
                Node.of("Constant", List.of(), List.of("s"), Map.of("value_string", Attribute.of("text"))),
                Node.of("MatMul", List.of("x", "w"), "y"));
        Graph g = new ConstantsToInitializers().apply(m).graph();
        assertThat(g.initializers())
                .containsEntry("w", WEIGHT)
                .containsEntry("f", Tensor.scalar(1.5f))
                .containsEntry("i", Tensor.longs(7, 8));
        assertThat(g.nodes()).extracting(Node::opType).containsExactly("Constant", "MatMul");
    }

    @Test
    void a_constant_that_is_an_output_stays_a_node() {
        Model m = model(Map.of(), Node.of("Constant", List.of(), List.of("y"), Map.of("value", Attribute.of(WEIGHT))));
        assertThat(new ConstantsToInitializers().apply(m)).isSameAs(m);
    }

    @Test
    void each_use_of_a_merged_weight_gets_its_own_copy() {
        Model m = model(
                Map.of("w", WEIGHT),
                Node.of("Identity", List.of("w"), "same"),
                Node.of("MatMul", List.of("x", "w"), "a"),
                Node.of("MatMul", List.of("a", "same"), "b"),
                Node.of("MatMul", List.of("b", "w"), "y"));
        Graph g = new UnmergeInitializers().apply(m).graph();
        assertThat(g.nodes()).extracting(n -> n.input(1)).containsExactly("w", "w_2", "w_3");
        assertThat(g.initializers()).isEqualTo(Map.of("w", WEIGHT, "w_2", WEIGHT, "w_3", WEIGHT));
    }

    @Test
    void tied_weights_and_shape_constants_stay_shared() {
        Map<String, Tensor> initializers = new LinkedHashMap<>();
        initializers.put("w", WEIGHT);
        initializers.put("shape", Tensor.longs(-1, 2));
        Model m = model(
                initializers,
                Node.of("MatMul", List.of("x", "w"), "a"),
                Node.of("Reshape", List.of("a", "shape"), "b"),
                Node.of("MatMul", List.of("b", "w"), "c"),
                Node.of("Reshape", List.of("c", "shape"), "y"));
        assertThat(new UnmergeInitializers(Set.of("w")).apply(m).graph().nodes())
                .isEqualTo(m.graph().nodes());
    }

    @Test
    void a_weight_in_another_shape_becomes_one_in_the_shape_that_is_read() {
        Map<String, Tensor> initializers = new LinkedHashMap<>();
        initializers.put("w", Tensor.floats(Shape.of(2, 1, 2), 1, 2, 3, 4));
        initializers.put("shape", Tensor.longs(2, 2));
        Model m = model(
                initializers,
                Node.of("Reshape", List.of("w", "shape"), "matrix"),
                Node.of("Transpose", List.of("matrix"), "turned"),
                Node.of("MatMul", List.of("x", "turned"), "y"));
        Graph g = Passes.beforeTraining().apply(m).graph();
        assertThat(g.nodes()).extracting(Node::opType).containsExactly("MatMul");
        assertThat(g.initializers()).isEqualTo(Map.of("turned", Tensor.floats(Shape.of(2, 2), 1, 3, 2, 4)));
    }

    @Test
    void a_weight_that_is_read_in_two_ways_on_purpose_stays_one_weight() {
        Map<String, Tensor> initializers = new LinkedHashMap<>();
        initializers.put("w", WEIGHT);
        Model m = model(
                initializers,
                Node.of("MatMul", List.of("x", "w"), "a"),
                Node.of("Transpose", List.of("w"), "turned"),
                Node.of("MatMul", List.of("a", "turned"), "y"));
        assertThat(Passes.beforeTraining(Set.of("w")).apply(m).graph().nodes())
                .isEqualTo(m.graph().nodes());
    }

    private static Model madeForOne(long... shape) {
        Graph g = model(
                        Map.of("w", WEIGHT, "inner", Tensor.longs(1, 1, -1), "shape", Tensor.longs(shape)),
                        Node.of("MatMul", List.of("x", "w"), "a"),
                        Node.of("Reshape", List.of("a", "inner"), "b"),
                        Node.of("Reshape", List.of("b", "shape"), "y"))
                .graph();
        ValueInfo in = ValueInfo.of("x", DType.FLOAT, Dim.of(1), Dim.of(2));
        ValueInfo out = ValueInfo.of("y", DType.FLOAT, Dim.of(1), Dim.of(2));
        return Model.of(17, g.withInputs(List.of(in)).withOutputs(List.of(out)).withValueInfo(Map.of()));
    }

    @Test
    void a_network_made_for_one_sample_takes_any_batch() {
        Graph g = new FreeBatch().apply(madeForOne(1, 2)).graph();
        assertThat(g.inputs()).hasToString("[float[batch,2] x]");
        assertThat(g.outputs()).hasToString("[float[batch,2] y]");
        assertThat(g.nodes().stream().skip(1).map(n -> g.constant(n.input(1)).orElseThrow()))
                .containsExactly(Tensor.longs(0, 1, -1), Tensor.longs(-1, 2));
    }

    @Test
    void a_network_whose_answer_would_not_follow_the_batch_is_left_alone() {
        Model m = madeForOne(2, 1);
        assertThat(new FreeBatch().apply(m)).isSameAs(m);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a = Resize <mode = \"nearest\"> (x, , , sizes) b = Resize <mode = \"nearest\"> (x, , scales) y = Add (a, b)",
                "a = ReduceMean <axes = [0], keepdims = 1> (x) y = Add (x, a)",
            })
    void a_network_that_mixes_samples_on_its_way_is_left_alone(String nodes) {
        Model m = OnnxText.parse("""
                <ir_version: 8, opset_import: ["" : 17]>
                mixing (float[1, 1, 2, 2] x) => (float[1, 1, 2, 2] y)
                <int64[4] sizes = {1, 1, 2, 2}, float[4] scales = {1.0, 1.0, 1.0, 1.0}, float[2, 2] row = {1, 2, 3, 4}> { %s }
                """.formatted(nodes));
        assertThat(new FreeBatch().apply(m)).isSameAs(m);
    }

    /** Shapes follow, but values would not: sizes taken from merged axes, samples in turns or normalized and pooled together. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "r = Reshape (x, merged) m = Reshape (r, heads) t = Transpose <perm = [0, 2, 1, 3]> (m) y = Reshape (t, out)",
                "t = Transpose <perm = [1, 0, 2, 3]> (x) y = Reshape (t, out)",
                "r = Reshape (x, swallowing) s = Softmax (r) y = Reshape (s, rest)",
                "t = Transpose <perm = [1, 0, 2, 3]> (x) f = Flatten <axis = 0> (t) y = Reshape (f, out)",
                "f = Flatten <axis = 0> (x) s = Softmax (f) y = Reshape (s, out)",
                "t = Transpose <perm = [1, 2, 3, 0]> (x) c = MaxPool <kernel_shape = [1, 3], pads = [0, 1, 0, 1]> (t) y = Transpose <perm = [3, 0, 1, 2]> (c)",
            })
    void a_network_in_which_samples_would_not_stay_apart_is_left_alone(String nodes) {
        Model m = OnnxText.parse("""
                <ir_version: 8, opset_import: ["" : 17]>
                mixing (float[1, 4, 8, 6] x) => (float[1, 8, 24] y)
                <int64[3] merged = {-1, 8, 6}, int64[4] heads = {1, 4, -1, 6}, int64[3] out = {1, 8, 24},
                 int64[2] swallowing = {4, -1}, int64[3] rest = {-1, 8, 24}> { %s }
                """.formatted(nodes));
        assertThat(new FreeBatch().apply(m)).isSameAs(m);
    }

    @Test
    void heads_of_attention_stay_apart_in_any_batch() {
        Model m = OnnxText.parse("""
                <ir_version: 8, opset_import: ["" : 17]>
                attention (float[1, 4, 6] x) => (float[1, 4, 6] y)
                <int64[4] heads = {1, 4, 2, 3}, int64[3] merged = {-1, 4, 3}, int64[4] apart = {1, 2, 4, 3}, int64[3] out = {1, 4, 6}> {
                    h = Reshape (x, heads)
                    t = Transpose <perm = [0, 2, 1, 3]> (h)
                    m = Reshape (t, merged)
                    s = Softmax (m)
                    a = Reshape (s, apart)
                    b = Transpose <perm = [0, 2, 1, 3]> (a)
                    y = Reshape (b, out)
                }
                """);
        assertThat(new FreeBatch().apply(m).graph().outputs()).hasToString("[float[batch,4,6] y]");
    }

    @Test
    void a_recurrent_layer_over_the_leading_axis_keeps_its_length() {
        Model m = OnnxText.parse("""
                <ir_version: 8, opset_import: ["" : 17]>
                recurrent (float[5, 1, 2] x) => (float[5, 1, 1, 1] y)
                <float[1, 1, 2] w = {1, 2}, float[1, 1, 1] r = {1}> {
                    y = RNN <hidden_size = 1> (x, w, r)
                }
                """);
        assertThat(new FreeBatch().apply(m)).isSameAs(m);
    }

    @Test
    void a_recurrent_layer_whose_first_state_is_given_keeps_its_batch() {
        Model m = OnnxText.parse("""
                <ir_version: 8, opset_import: ["" : 17]>
                recurrent (float[1, 1, 2] x) => (float[1, 1, 1, 1] y)
                <float[1, 1, 2] w = {1, 2}, float[1, 1, 1] r = {1}, float[1, 1, 1] h = {1}> {
                    y = RNN <hidden_size = 1> (x, w, r, , , h)
                }
                """);
        assertThat(new FreeBatch().apply(m)).isSameAs(m);
    }

    @Test
    void a_normalization_that_trains_as_before_opset_14_is_not_folded() {
        Model m = OnnxText.parse("""
                <ir_version: 7, opset_import: ["" : 13]>
                training (float[N, 2] x) => (float[N, 2] y)
                <float[2, 2] w = {1, 2, 3, 4}, float[2] one = {1, 1}, float[2] zero = {0, 0}> {
                    a = Gemm (x, w)
                    y, mean, variance, saved_mean, saved_variance = BatchNormalization (a, one, zero, zero, one)
                }
                """);
        assertThat(new FoldBatchNorm().apply(m)).isSameAs(m);
    }

    @Test
    void what_no_output_needs_is_removed() {
        Model m = model(
                Map.of("w", WEIGHT, "unused", WEIGHT),
                Node.of("MatMul", List.of("x", "w"), "y"),
                Node.of("Relu", List.of("y"), "dead"));
        Graph g = new RemoveDead().apply(m).graph();
        assertThat(g.nodes()).extracting(Node::opType).containsExactly("MatMul");
        assertThat(g.initializers()).containsOnlyKeys("w");
        assertThat(g.inputs()).hasSize(1);
    }

    @Test
    void before_training_weights_are_initializers_and_nothing_is_said_of_inner_values() {
        Model m = model(
                Map.of(),
                Node.of("Constant", List.of(), List.of("w"), Map.of("value", Attribute.of(WEIGHT))),
                Node.of("MatMul", List.of("x", "w"), "a"),
                Node.of("MatMul", List.of("a", "w"), "y"));
        Graph g = Passes.beforeTraining().apply(m).graph();
        assertThat(g.initializers()).containsOnlyKeys("w", "w_2");
        assertThat(g.valueInfo()).isEmpty();
    }

    /** Fields as in a file: a graph's documentation and a sparse initializer called a, a node's documentation and overload. */
    @Test
    void stripping_keeps_sparse_weights_and_overloads() {
        byte[] sparse = {0x7a, 5, 0x0a, 3, 0x42, 1, 'a'};
        byte[] overload = {0x42, 1, 'o'};
        Node call = new Node(
                "call", "F", "own", List.of("x", "a"), List.of("inner"), Map.of(), behindDocumentation(0x32, overload));
        Graph g = model(Map.of(), call, Node.of("Relu", List.of("inner"), "y")).graph();
        Graph withSparse = new Graph(
                "g", g.nodes(), g.initializers(), g.inputs(), g.outputs(), Map.of(), behindDocumentation(0x52, sparse));
        Graph stripped = Stripped.of(Model.of(17, withSparse)).graph();
        assertThat(stripped.extra()).isEqualTo(new Extra(sparse));
        assertThat(stripped.nodes().get(0).extra()).isEqualTo(new Extra(overload));
        assertThat(stripped.nodes().get(0).outputs()).containsExactly("inner");
        assertThat(Stripped.of(Model.of(17, g)).graph().nodes().get(0).outputs())
                .containsExactly("a");
    }

    private static Extra behindDocumentation(int tag, byte[] field) {
        byte[] all = new byte[field.length + 3];
        all[0] = (byte) tag;
        all[1] = 1;
        all[2] = 'd';
        System.arraycopy(field, 0, all, 3, field.length);
        return new Extra(all);
    }

    @Test
    void initializers_are_no_inputs_from_ir_version_4_on() {
        Model m = model(Map.of("w", WEIGHT), Node.of("MatMul", List.of("x", "w"), "y"));
        Graph g = m.graph();
        ValueInfo w = ValueInfo.of("w", DType.FLOAT, Dim.of(2), Dim.of(2));
        Model old = new Model(3, m.opsets(), "", g.withInputs(List.of(g.inputs().get(0), w)), Map.of(), Extra.NONE);
        Model dropped = new DropDefaultInputs().apply(old);
        assertThat(dropped.graph().inputs()).isEqualTo(g.inputs());
        assertThat(dropped.irVersion()).isEqualTo(4);
        assertThat(new DropDefaultInputs().apply(m)).isSameAs(m);
    }

    @Test
    void initializers_made_of_constants_are_in_a_version_that_allows_them() {
        Model m = model(
                Map.of(),
                Node.of("Constant", List.of(), List.of("w"), Map.of("value", Attribute.of(WEIGHT))),
                Node.of("MatMul", List.of("x", "w"), "y"));
        Model old = new Model(3, m.opsets(), "", m.graph(), Map.of(), Extra.NONE);
        assertThat(Passes.beforeTraining().apply(old).irVersion()).isEqualTo(4);
    }

    @Test
    void operator_sets_before_7_are_refused() {
        Model m = model(Map.of("w", WEIGHT), Node.of("MatMul", List.of("x", "w"), "y"));
        Model old = new Model(3, Map.of("", 6L), "", m.graph(), Map.of(), Extra.NONE);
        assertThatThrownBy(() -> Passes.beforeTraining().apply(old))
                .isInstanceOf(BadInputException.class)
                .hasMessage("uses operator set 6, older than 7: convert it with onnx.version_converter");
    }
}
