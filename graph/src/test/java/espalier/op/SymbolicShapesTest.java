package espalier.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import espalier.graph.BadInputException;
import espalier.graph.Model;
import espalier.graph.Tensor;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class SymbolicShapesTest {
    private static final Model MODEL = new SmallGraphs()
            .input("x", "batch", 3, 4, 4)
            .constant("zero", Tensor.scalar(0L))
            .constant("axes", Tensor.longs(0))
            .constant("rest", Tensor.longs(-1))
            .constant("merged", Tensor.longs(-1, 4))
            .node("Shape", "x", "shape")
            .node("Gather", "shape zero", "n")
            .node("Unsqueeze", "n axes", "ns")
            .node("Concat", "ns rest", "to", "axis", 0)
            .node("Reshape", "x to", "rows")
            .node("Reshape", "x merged", "tokens")
            .node("Concat", "rows rows", "twice", "axis", 0)
            .node("Mul", "n n", "square")
            .node("Unsqueeze", "square axes", "squares")
            .node("ConstantOfShape", "squares", "filled")
            .node("Mystery", "x", "m")
            .model();

    private final SymbolicShapes shapes = SymbolicShapes.of(MODEL, Map.of());

    @Test
    void prints_what_depends_on_the_batch() {
        assertThat(shapes.text("x")).isEqualTo("float[N,3,4,4]");
        assertThat(shapes.text("rows")).isEqualTo("float[N,48]");
        assertThat(shapes.text("tokens")).isEqualTo("float[12*N,4]");
        assertThat(shapes.text("twice")).isEqualTo("float[2*N,48]");
        assertThat(shapes.text("shape")).isEqualTo("int64[4]");
        assertThat(shapes.text("m")).isEqualTo("?");
    }

    @Test
    void marks_a_size_that_is_not_linear_in_the_batch() {
        assertThat(shapes.text("filled")).isEqualTo("float[?]");
        assertThat(shapes.dependsOnBatch("filled", 0)).isTrue();
    }

    @Test
    void finds_the_batch_axis() {
        assertThat(shapes.batchAxis("tokens")).isEqualTo(OptionalInt.of(0));
        assertThat(shapes.batchAxis("shape")).isEmpty();
        assertThat(shapes.dependsOnBatch("x", 1)).isFalse();
    }

    @Test
    void finds_the_entries_of_a_reshape_target_that_depend_on_the_batch() {
        assertThat(shapes.elements("to").orElseThrow()).hasToString("[N, -1]");
        assertThat(shapes.elements("merged").orElseThrow()).hasToString("[-1, 4]");
        assertThat(shapes.elements("x")).isEmpty();
    }

    @Test
    void takes_a_model_that_only_works_at_batch_1_as_fixed() {
        Model m = new SmallGraphs()
                .input("x", "batch", 6)
                .constant("to", Tensor.longs(2, 3))
                .node("Reshape", "x to", "y")
                .model();
        assertThat(SymbolicShapes.of(m, Map.of()).text("x")).isEqualTo("float[1,6]");
    }

    @Test
    void reports_the_error_of_a_model_that_works_at_no_batch() {
        Model m = new SmallGraphs()
                .input("x", "batch", 6)
                .constant("to", Tensor.longs(5, 5))
                .node("Reshape", "x to", "y")
                .model();
        assertThatThrownBy(() -> SymbolicShapes.of(m, Map.of()))
                .isInstanceOf(BadInputException.class)
                .hasMessage("Reshape(y): [2,6] cannot be reshaped to [5,5]");
    }
}
