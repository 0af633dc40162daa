package espalier.op;

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
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TraceTest {
    private static final ValueInfo X = ValueInfo.of("x", DType.FLOAT, Dim.symbol("N"), Dim.of(3), Dim.of(8), Dim.of(8));

    private static Model model(Map<String, Tensor> initializers, Node... nodes) {
        ValueInfo y = ValueInfo.of(nodes[nodes.length - 1].output(0), DType.FLOAT, Dim.UNKNOWN);
        return Model.of(17, new Graph("g", List.of(nodes), initializers, List.of(X), List.of(y), Map.of(), Extra.NONE));
    }

    private static Trace trace(Model model) {
        return Trace.of(model, Map.of("x", Shape.of(2, 3, 8, 8)));
    }

    @Test
    void follows_a_small_classifier() {
        Trace t = trace(model(
                Map.of(
                        "w", Tensor.zeros(DType.FLOAT, Shape.of(4, 3, 3, 3)),
                        "v", Tensor.zeros(DType.FLOAT, Shape.of(36, 10))),
                Node.of("Conv", List.of("x", "w"), "c"),
                Node.of("Relu", List.of("c"), "r"),
                Node.of(
                        "MaxPool",
                        List.of("r"),
                        List.of("p"),
                        Map.of("kernel_shape", Attribute.ints(2, 2), "strides", Attribute.ints(2, 2))),
                Node.of("Flatten", List.of("p"), "f"),
                Node.of("Gemm", List.of("f", "v"), "y")));
        assertThat(t.shape("c")).isEqualTo(Shape.of(2, 4, 6, 6));
        assertThat(t.shape("p")).isEqualTo(Shape.of(2, 4, 3, 3));
        assertThat(t.shape("f")).isEqualTo(Shape.of(2, 36));
        assertThat(t.type("y")).contains(new TensorType(DType.FLOAT, Shape.of(2, 10)));
        assertThat(t.constant("c")).isEmpty();
        assertThat(t.constant("w")).isPresent();
    }

    @Test
    void computes_a_reshape_target_from_shapes() {
        Trace t = trace(model(
                Map.of("zero", Tensor.scalar(0L), "axes", Tensor.longs(0), "rest", Tensor.longs(-1)),
                Node.of("Shape", List.of("x"), "shape"),
                Node.of("Gather", List.of("shape", "zero"), "n"),
                Node.of("Unsqueeze", List.of("n", "axes"), "ns"),
                Node.of("Concat", List.of("ns", "rest"), List.of("to"), Map.of("axis", Attribute.of(0L))),
                Node.of("Reshape", List.of("x", "to"), "y")));
        assertThat(t.constant("to")).contains(Tensor.longs(2, -1));
        assertThat(t.shape("y")).isEqualTo(Shape.of(2, 192));
    }

    @Test
    void leaves_what_follows_an_unknown_operator_unknown() {
        Trace t = trace(model(Map.of(), Node.of("Mystery", List.of("x"), "m"), Node.of("Relu", List.of("m"), "y")));
        assertThat(t.knows("m")).isFalse();
        assertThat(t.knows("y")).isFalse();
        assertThatThrownBy(() -> t.shape("y"))
                .isInstanceOf(BadInputException.class)
                .hasMessage("value 'y': its shape is not known, because an operator before it has no shape rule");
    }

    @Test
    void names_the_node_whose_inputs_do_not_fit() {
        Model m = model(
                Map.of("w", Tensor.zeros(DType.FLOAT, Shape.of(4, 5, 3, 3))), Node.of("Conv", List.of("x", "w"), "c"));
        assertThatThrownBy(() -> trace(m))
                .isInstanceOf(BadInputException.class)
                .hasMessage("Conv(c): weight [4,5,3,3] with group 1 does not fit an input of shape [2,3,8,8]");
    }

    @Test
    void takes_a_fixed_declared_shape_where_there_is_no_rule() {
        Model m = model(Map.of(), Node.of("Mystery", List.of("x"), "m"), Node.of("Relu", List.of("m"), "y"));
        ValueInfo declared = ValueInfo.of("m", DType.FLOAT, Dim.of(2), Dim.of(5));
        Trace t = trace(m.withGraph(m.graph().withValueInfo(Map.of("m", declared))));
        assertThat(t.shape("y")).isEqualTo(Shape.of(2, 5));
    }

    @Test
    void does_not_trust_a_declared_shape_where_there_is_a_rule() {
        Model m = model(Map.of(), Node.of("Relu", List.of("x"), "r"), Node.of("Relu", List.of("r"), "y"));
        ValueInfo stale = ValueInfo.of("r", DType.FLOAT, Dim.of(9));
        Trace t = trace(m.withGraph(m.graph().withValueInfo(Map.of("r", stale))));
        assertThat(t.shape("y")).isEqualTo(Shape.of(2, 3, 8, 8));
    }

    @Test
    void does_not_apply_standard_rules_in_other_domains() {
        Node custom = new Node("", "Relu", "com.example", List.of("x"), List.of("y"), Map.of(), Extra.NONE);
        assertThat(trace(model(Map.of(), custom)).knows("y")).isFalse();
    }

    @Test
    void leaves_a_shape_that_depends_on_data_unknown() {
        Trace t = trace(model(
                Map.of("to", Tensor.longs(-1)),
                Node.of("NonZero", List.of("x"), "z"),
                Node.of("Reshape", List.of("z", "to"), "y")));
        assertThat(t.knows("z")).isFalse();
        assertThat(t.knows("y")).isFalse();
    }

    @Test
    void takes_the_default_of_an_input_as_constant_unless_a_shape_is_given() {
        ValueInfo w = ValueInfo.of("w", DType.FLOAT, Dim.of(1));
        Model m = model(Map.of("w", Tensor.floats(Shape.of(1), 3)), Node.of("Add", List.of("x", "w"), "y"));
        Model withDefault = m.withGraph(m.graph().withInputs(List.of(X, w)));
        assertThat(trace(withDefault).constant("w")).isPresent();
        Trace given = Trace.of(withDefault, Map.of("x", Shape.of(2, 3, 8, 8), "w", Shape.of(8)));
        assertThat(given.constant("w")).isEmpty();
        assertThat(given.shape("w")).isEqualTo(Shape.of(8));
    }
}
