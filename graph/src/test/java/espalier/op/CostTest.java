package espalier.op;

import static org.assertj.core.api.Assertions.assertThat;

import espalier.graph.DType;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.zoo.Zoo;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CostTest {
    private static Cost cost(Model m) {
        return Cost.of(m, Trace.of(m, InputShapes.of(m, 1, Map.of())));
    }

    /** 20*24*24*25 + 50*8*8*500 + 800*500 + 500*10 multiply-adds; 430,500 weights and 20 + 50 + 500 + 10 biases. */
    @Test
    void agrees_with_what_is_published_on_lenet5() {
        Cost c = cost(Zoo.create("lenet5", 1, 28, 28, 10, 1));
        assertThat(c.macs()).isEqualTo(2_293_000);
        assertThat(c.parameters()).isEqualTo(430_500 + 580);
    }

    /** He et al. 2015, table 6: 0.27 million parameters; the usual count of multiply-adds is 40.5 million. */
    @Test
    void agrees_with_what_is_published_on_resnet20() {
        Cost c = cost(Zoo.create("resnet20", 3, 32, 32, 10, 1));
        assertThat(c.parameters()).isBetween(269_000L, 273_000L);
        assertThat(c.macs()).isBetween(40_400_000L, 41_000_000L);
    }

    @Test
    void counts_grouped_and_transposed_convolutions() {
        Cost c = cost(new SmallGraphs()
                .input("x", 1, 4, 5, 5)
                .weight("w", 8, 2, 3, 3)
                .weight("v", 8, 3, 2, 2)
                .node("Conv", "x w", "c", "group", 2)
                .node("ConvTranspose", "c v", "y")
                .model());
        assertThat(c.nodes()).extracting(NodeCost::macs).containsExactly(8 * 9 * 2 * 9L, 8 * 9 * 3 * 4L);
        assertThat(c.nodes()).extracting(NodeCost::parameters).containsExactly(144L, 96L);
        assertThat(c.nodes()).extracting(NodeCost::parameterBytes).containsExactly(576L, 384L);
    }

    @Test
    void counts_matrix_products() {
        Cost c = cost(new SmallGraphs()
                .input("a", 2, 3, 4)
                .input("b", 2, 4, 5)
                .weight("w", 7, 5)
                .weight("r", 15)
                .node("MatMul", "a b", "c")
                .node("Einsum", "a b", "e", "equation", "bij,bjk->bik")
                .node("Flatten", "c", "f", "axis", 2)
                .node("Gemm", "f w", "g", "transB", 1)
                .model());
        assertThat(c.nodes()).extracting(NodeCost::macs).containsExactly(120L, 120L, 0L, 6 * 7 * 5L);
    }

    @Test
    void counts_recurrent_layers() {
        Cost c = cost(new SmallGraphs()
                .input("x", 10, 2, 3)
                .weight("w", 1, 16, 3)
                .weight("r", 1, 16, 4)
                .node("LSTM", "x w r", "y", "hidden_size", 4)
                .model());
        assertThat(c.macs()).isEqualTo(10 * 2 * (48 + 64));
    }

    @Test
    void counts_a_shared_weight_once() {
        Cost c = cost(new SmallGraphs()
                .input("x", 1, 4)
                .weight("w", 4, 4)
                .node("MatMul", "x w", "a")
                .node("MatMul", "a w", "y")
                .model());
        assertThat(c.parameters()).isEqualTo(16);
        assertThat(c.nodes()).extracting(NodeCost::parameters).containsExactly(16L, 0L);
        assertThat(c.macs()).isEqualTo(32);
    }

    /** Constants that normalise the input, running statistics and shape constants are no parameters; biases are. */
    @Test
    void tells_parameters_from_other_constants() {
        Cost c = cost(new SmallGraphs()
                .input("x", 1, 3, 4, 4)
                .weight("mean", 3, 1, 1)
                .weight("w", 2, 3, 1, 1)
                .constant("s", Tensor.floats(Shape.of(2), 1, 1))
                .weight("b", 2)
                .weight("m", 2)
                .constant("v", Tensor.floats(Shape.of(2), 1, 1))
                .weight("shift", 2, 1, 1)
                .constant("half", Tensor.scalar(0.5f))
                .constant("to", Tensor.longs(1, -1))
                .node("Sub", "x mean", "c")
                .node("Conv", "c w", "d")
                .node("BatchNormalization", "d s b m v", "e")
                .node("Add", "e shift", "f")
                .node("Mul", "f half", "g")
                .node("Reshape", "g to", "y")
                .model());
        assertThat(c.constants().stream().filter(ConstantCost::isParameter).map(ConstantCost::name))
                .containsExactly("w", "s", "b", "shift");
        assertThat(c.parameters()).isEqualTo(12);
        assertThat(c.constantBytes()).isEqualTo(4 * (3 + 6 + 8 + 2 + 1) + 16);
    }

    @Test
    void counts_weights_in_constant_nodes_and_behind_other_operators() {
        Cost c = cost(new SmallGraphs()
                .input("x", 1, 4)
                .constant("q", Tensor.zeros(DType.INT8, Shape.of(4, 4)))
                .constant("scale", Tensor.scalar(0.1f))
                .node("DequantizeLinear", "q scale", "d")
                .node("Constant", "", "k", "value", Tensor.zeros(DType.FLOAT, Shape.of(3, 4)))
                .node("Transpose", "k", "t")
                .node("MatMul", "x d", "y")
                .node("MatMul", "y t", "z")
                .model());
        assertThat(c.constants().stream().filter(ConstantCost::isParameter))
                .containsExactly(new ConstantCost("q", 16, 16, true), new ConstantCost("k", 12, 48, true));
    }

    @Test
    void counts_weights_quantized_by_operators_of_onnx_runtime() {
        Model standard = new SmallGraphs()
                .input("x", 1, 4)
                .constant("q", Tensor.zeros(DType.INT8, Shape.of(4, 4)))
                .constant("scale", Tensor.scalar(0.1f))
                .node("DequantizeLinear", "q scale", "d")
                .node("MatMul", "x d", "y")
                .model();
        Model theirs = standard.withGraph(standard.graph()
                .mapNodes(n -> n.is("DequantizeLinear")
                        ? new Node(
                                n.name(),
                                n.opType(),
                                "com.microsoft",
                                n.inputs(),
                                n.outputs(),
                                n.attributes(),
                                n.extra())
                        : n));
        assertThat(cost(theirs).parameters()).isEqualTo(16);
        assertThat(cost(theirs).macs()).isEqualTo(16);
    }

    /** x 16, a 32, b 32 (x freed), y 16: most is a + b while b is made, and x + b, which stays for the end, is less. */
    @Test
    void finds_the_most_bytes_alive_at_once() {
        Cost c = cost(new SmallGraphs()
                .input("x", 1, 4)
                .weight("w", 4, 8)
                .weight("v", 8, 4)
                .node("MatMul", "x w", "a")
                .node("Relu", "a", "b")
                .node("MatMul", "b v", "y")
                .model());
        assertThat(c.peakActivationBytes()).isEqualTo(64);
    }

    /** The shortcut x stays alive: x 16 + a 32 + b 32. */
    @Test
    void keeps_a_shortcut_alive() {
        Cost c = cost(new SmallGraphs()
                .input("x", 1, 4)
                .weight("w", 4, 8)
                .weight("v", 8, 4)
                .node("MatMul", "x w", "a")
                .node("Relu", "a", "b")
                .node("MatMul", "b v", "c")
                .node("Add", "c x", "y")
                .model());
        assertThat(c.peakActivationBytes()).isEqualTo(80);
    }

    @Test
    void lists_nodes_of_unknown_shapes() {
        Cost c = cost(new SmallGraphs()
                .input("x", 1, 4)
                .weight("w", 4, 8)
                .node("Mystery", "x", "m")
                .node("MatMul", "m w", "y")
                .model());
        assertThat(c.unknown()).extracting(n -> n.label()).isEqualTo(List.of("Mystery(m)", "MatMul(y)"));
        assertThat(c.macs()).isZero();
    }
}
