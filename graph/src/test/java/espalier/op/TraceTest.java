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
}
