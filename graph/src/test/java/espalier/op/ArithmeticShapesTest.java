package espalier.op;

import static espalier.op.SmallGraphs.ints;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import espalier.graph.DType;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import org.junit.jupiter.api.Test;

/** Element-wise operators, matrix products, reductions, normalisation, recurrence and quantization. */
class ArithmeticShapesTest {
    private static String type(SmallGraphs g, String value, int opset) {
        return g.trace(opset).type(value).orElseThrow().toString();
    }

    @Test
    void broadcasts() {
        SmallGraphs g = new SmallGraphs().input("a", 4, 1, 5).input("b", 3, 1).node("Add", "a b", "y");
        assertThat(type(g, "y", 13)).isEqualTo("float[4,3,5]");
        assertThat(type(g.node("Greater", "a b", "z"), "z", 13)).isEqualTo("bool[4,3,5]");
        assertThat(type(g.node("Where", "z a b", "w"), "w", 13)).isEqualTo("float[4,3,5]");
        assertThatThrownBy(() -> g.input("c", 2).node("Mul", "a c", "v").trace(13))
                .hasMessage("Mul(v): shapes [4,1,5] and [2] do not broadcast");
    }

    @Test
    void keeps_or_changes_the_element_type() {
        SmallGraphs g = new SmallGraphs()
                .input("x", 2, 3)
                .node("Cast", "x", "c", "to", DType.FLOAT16.code())
                .node("Relu", "c", "r")
                .node("IsNaN", "r", "n")
                .node("Dropout", "x", "d mask");
        assertThat(type(g, "r", 13)).isEqualTo("float16[2,3]");
        assertThat(type(g, "n", 13)).isEqualTo("bool[2,3]");
        assertThat(type(g, "mask", 13)).isEqualTo("bool[2,3]");
        assertThat(type(g, "mask", 7)).isEqualTo("float[2,3]");
    }

    @Test
    void multiplies_matrices() {
        assertThat(product("a b", 2, 3, 4, 5)).isEqualTo("[2,3,5]");
        SmallGraphs vectors = new SmallGraphs().input("a", 4).input("b", 2, 4, 5);
        assertThat(vectors.node("MatMul", "a b", "y").shape()).isEqualTo("[2,5]");
        assertThat(vectors.node("MatMul", "a a", "z").shape()).isEqualTo("[]");
        assertThatThrownBy(() -> vectors.node("MatMul", "b b", "w").shape())
                .hasMessage("MatMul(w): inner sizes of [2,4,5] and [2,4,5] differ");
    }

    private static String product(String in, int batch, int m, int k, int n) {
        return new SmallGraphs()
                .input("a", batch, m, k)
                .input("b", k, n)
                .node("MatMul", in, "y")
                .shape();
    }

    @Test
    void multiplies_with_transposed_operands() {
        SmallGraphs g = new SmallGraphs().input("a", 4, 2).input("b", 5, 4).input("c", 5);
        assertThat(g.node("Gemm", "a b c", "y", "transA", 1, "transB", 1).shape())
                .isEqualTo("[2,5]");
        assertThatThrownBy(() -> g.node("Gemm", "a b", "z").shape())
                .hasMessage("Gemm(z): inner sizes of [4,2] and [5,4] differ");
    }

    @Test
    void follows_einsum_equations() {
        SmallGraphs g = new SmallGraphs().input("a", 2, 3, 4).input("b", 2, 4, 5);
        assertThat(g.node("Einsum", "a b", "y", "equation", "bij,bjk->bik").shape())
                .isEqualTo("[2,3,5]");
        assertThat(g.node("Einsum", "a b", "z", "equation", "...ij, ...jk -> ...ki")
                        .shape())
                .isEqualTo("[2,5,3]");
        assertThat(g.node("Einsum", "a b", "v", "equation", "bij,bjk").shape()).isEqualTo("[3,5]");
        assertThatThrownBy(() ->
                        g.node("Einsum", "a b", "w", "equation", "bij,bik->bjk").shape())
                .hasMessage("Einsum(w): label 'i' has sizes 3 and 4");
    }

    @Test
    void reduces_by_attribute_and_by_input() {
        SmallGraphs g = new SmallGraphs().input("x", 2, 3, 4).constant("a", Tensor.longs(-1));
        assertThat(g.node("ReduceMean", "x", "m", "axes", ints(1, 2)).shape()).isEqualTo("[2,1,1]");
        assertThat(g.node("ReduceMean", "x a", "n", "keepdims", 0).shape(18)).isEqualTo("[2,3]");
        assertThat(g.node("ReduceSum", "x", "s").shape()).isEqualTo("[1,1,1]");
        assertThat(g.node("ReduceSum", "x", "t", "noop_with_empty_axes", 1).shape())
                .isEqualTo("[2,3,4]");
        assertThat(type(g.node("ArgMax", "x", "i", "axis", 1, "keepdims", 0), "i", 13))
                .isEqualTo("int64[2,4]");
    }

    @Test
    void normalises() {
        SmallGraphs g = new SmallGraphs().input("x", 2, 3, 4, 4).weight("s", 3).weight("l", 4);
        assertThat(g.node("BatchNormalization", "x s s s s", "b").shape()).isEqualTo("[2,3,4,4]");
        assertThat(g.node("BatchNormalization", "x s s s s", "c m v", "training_mode", 1)
                        .trace(15)
                        .shape("m"))
                .isEqualTo(Shape.of(3));
        assertThat(g.node("LayerNormalization", "x l l", "n mean", "axis", -2)
                        .trace(17)
                        .shape("mean"))
                .isEqualTo(Shape.of(2, 3, 1, 1));
        assertThatThrownBy(() -> g.node("BatchNormalization", "x l l l l", "d").shape())
                .hasMessage("BatchNormalization(d): statistics of shape [4] do not fit an input of shape [2,3,4,4]");
    }

    @Test
    void runs_recurrent_layers() {
        SmallGraphs g =
                new SmallGraphs().input("x", 7, 2, 3).weight("w", 2, 20, 3).weight("r", 2, 20, 5);
        Trace t = g.node("LSTM", "x w r", "y h c", "direction", "bidirectional", "hidden_size", 5)
                .trace(14);
        assertThat(t.shape("y")).isEqualTo(Shape.of(7, 2, 2, 5));
        assertThat(t.shape("c")).isEqualTo(Shape.of(2, 2, 5));
        assertThat(g.node("LSTM", "x w r", "z", "layout", 1).shape(14)).isEqualTo("[7,2,2,5]");
    }

    @Test
    void attends_with_grouped_heads() {
        SmallGraphs g =
                new SmallGraphs().input("q", 2, 5, 32).input("k", 2, 7, 16).input("v", 2, 7, 8);
        Trace t = g.node("Attention", "q k v", "y pk pv", "q_num_heads", 4, "kv_num_heads", 2)
                .trace(23);
        assertThat(t.shape("y")).isEqualTo(Shape.of(2, 5, 16));
        assertThat(t.shape("pk")).isEqualTo(Shape.of(2, 2, 7, 8));
    }

    @Test
    void quantizes() {
        SmallGraphs g = new SmallGraphs()
                .input("x", 2, 3)
                .constant("s", Tensor.scalar(0.1f))
                .constant("z", Tensor.zeros(DType.INT8, Shape.SCALAR))
                .node("QuantizeLinear", "x s z", "q")
                .node("QuantizeLinear", "x s", "u")
                .node("DequantizeLinear", "q s z", "d")
                .node("DynamicQuantizeLinear", "x", "y scale zero");
        assertThat(type(g, "q", 13)).isEqualTo("int8[2,3]");
        assertThat(type(g, "u", 13)).isEqualTo("uint8[2,3]");
        assertThat(type(g, "d", 13)).isEqualTo("float[2,3]");
        assertThat(type(g, "zero", 13)).isEqualTo("uint8[]");
    }

    @Test
    void selects_the_top_by_attribute_and_by_input() {
        SmallGraphs g = new SmallGraphs().input("x", 2, 9).constant("k", Tensor.longs(4));
        assertThat(type(g.node("TopK", "x k", "v i"), "i", 11)).isEqualTo("int64[2,4]");
        SmallGraphs old = new SmallGraphs().input("x", 2, 9);
        assertThat(type(old.node("TopK", "x", "v i", "k", 3), "v", 7)).isEqualTo("float[2,3]");
        assertThatThrownBy(() -> new SmallGraphs()
                        .input("x", 2, 3)
                        .constant("k", Tensor.longs(4))
                        .node("TopK", "x k", "v i")
                        .trace(11))
                .hasMessage("TopK(v): the top 4 of 3 elements do not exist");
    }
}
