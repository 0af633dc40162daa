package espalier.op;

import static espalier.op.SmallGraphs.ints;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import espalier.graph.DType;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Values computed while tracing, beside those that {@link ConformanceTest} checks. */
class HostEvalTest {
    private static Tensor value(SmallGraphs g, String op, String in, Object... attributes) {
        return g.node(op, in, "y", attributes).trace(18).constant("y").orElseThrow();
    }

    private static SmallGraphs numbers() {
        return new SmallGraphs()
                .constant("a", Tensor.longs(7, -7, 0))
                .constant("two", Tensor.scalar(2L))
                .constant("zero", Tensor.scalar(0L))
                .constant("f", Tensor.floats(Shape.of(2), 2.25f, -0.5f))
                .constant("m", Tensor.longs(Shape.of(2, 3), 1, 2, 3, 4, 5, 6));
    }

    @Test
    void divides_integers_towards_zero() {
        assertThat(value(numbers(), "Div", "a two")).isEqualTo(Tensor.longs(3, -3, 0));
        assertThat(value(numbers(), "Mod", "a two")).isEqualTo(Tensor.longs(1, 1, 0));
        assertThat(value(numbers(), "Mod", "a two", "fmod", 1)).isEqualTo(Tensor.longs(1, -1, 0));
        assertThatThrownBy(() -> value(numbers(), "Div", "a zero"))
                .hasMessage("Div(y): inputs or attributes do not fit the operator");
    }

    @Test
    void computes_on_few_floats() {
        assertThat(value(numbers(), "Sqrt", "f").toFloats()[0]).isEqualTo(1.5f);
        assertThat(value(numbers(), "Floor", "f")).isEqualTo(Tensor.floats(Shape.of(2), 2, -1));
        assertThat(value(numbers(), "Cast", "f", "to", DType.INT64.code())).isEqualTo(Tensor.longs(2, 0));
        assertThat(value(numbers(), "Pow", "a two")).isEqualTo(Tensor.longs(49, 49, 0));
    }

    @Test
    void reads_constants_in_all_forms() {
        assertThat(value(new SmallGraphs(), "Constant", "", "value_int", 5)).isEqualTo(Tensor.scalar(5L));
        assertThat(value(new SmallGraphs(), "Constant", "", "value_ints", ints(5, 6)))
                .isEqualTo(Tensor.longs(5, 6));
        assertThat(value(new SmallGraphs(), "Constant", "", "value_float", 0.5f))
                .isEqualTo(Tensor.scalar(0.5f));
        assertThat(value(new SmallGraphs(), "Constant", "", "value_string", "s").dtype())
                .isEqualTo(DType.STRING);
    }

    @Test
    void takes_parts_of_shapes() {
        SmallGraphs g = new SmallGraphs().input("x", 2, 3, 4, 5);
        assertThat(value(g, "Shape", "x", "start", -3, "end", -1)).isEqualTo(Tensor.longs(3, 4));
        SmallGraphs h = new SmallGraphs().input("x", 2, 3, 4, 5);
        assertThat(value(h, "Size", "x")).isEqualTo(Tensor.scalar(120L));
    }

    @Test
    void moves_elements() {
        assertThat(value(numbers(), "Transpose", "m")).isEqualTo(Tensor.longs(Shape.of(3, 2), 1, 4, 2, 5, 3, 6));
        assertThat(value(numbers(), "Concat", "m m", "axis", 1))
                .isEqualTo(Tensor.longs(Shape.of(2, 6), 1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6));
        SmallGraphs g = numbers()
                .constant("s", Tensor.longs(-1))
                .constant("e", Tensor.longs(-9))
                .constant("ax", Tensor.longs(1))
                .constant("st", Tensor.longs(-2));
        assertThat(value(g, "Slice", "m s e ax st")).isEqualTo(Tensor.longs(Shape.of(2, 2), 3, 1, 6, 4));
    }

    @Test
    void writes_at_indices() {
        SmallGraphs g =
                numbers().constant("i", Tensor.longs(Shape.of(2, 1), 2, -3)).constant("u", Tensor.longs(8, 9));
        assertThat(value(g, "ScatterND", "a i u")).isEqualTo(Tensor.longs(9, -7, 8));
        SmallGraphs h = numbers().constant("i", Tensor.longs(3));
        assertThatThrownBy(() -> value(h, "Gather", "a i")).hasMessage("Gather(y): index 3 is outside 3 elements");
    }

    @Test
    void sums_up() {
        assertThat(value(numbers(), "ReduceProd", "m", "axes", ints(0), "keepdims", 0))
                .isEqualTo(Tensor.longs(4, 10, 18));
        SmallGraphs g = numbers().constant("ax", Tensor.scalar(1L));
        assertThat(value(g, "CumSum", "m ax", "reverse", 1))
                .isEqualTo(Tensor.longs(Shape.of(2, 3), 6, 5, 3, 15, 11, 6));
    }

    @Test
    void makes_ranges_in_both_directions() {
        SmallGraphs g = numbers().constant("five", Tensor.scalar(5L)).constant("step", Tensor.scalar(-2L));
        assertThat(value(g, "Range", "five zero step")).isEqualTo(Tensor.longs(5, 3, 1));
        SmallGraphs h = numbers().constant("five", Tensor.scalar(5L)).constant("step", Tensor.scalar(-2L));
        assertThat(value(h, "Range", "zero five step")).isEqualTo(Tensor.longs());
    }

    @Test
    void shares_weights_instead_of_copying_or_folding_them() {
        SmallGraphs g = new SmallGraphs()
                .weight("w", 100, 100)
                .node("Identity", "w", "i")
                .node("Transpose", "i", "t");
        Tensor w = g.model().graph().initializers().get("w");
        Trace t = Trace.of(g.model(), Map.of());
        assertThat(t.constant("i").orElseThrow()).isSameAs(w);
        assertThat(t.constant("t")).isEmpty();
        assertThat(t.shape("t")).isEqualTo(Shape.of(100, 100));
    }

    @Test
    void does_not_fill_memory_for_a_shape_that_a_file_claims() {
        Trace t = new SmallGraphs()
                .constant("huge", Tensor.longs(1L << 30, 1L << 20))
                .node("ConstantOfShape", "huge", "y")
                .trace(17);
        assertThat(t.shape("y")).isEqualTo(Shape.of(1L << 30, 1L << 20));
        assertThat(t.constant("y")).isEmpty();
        SmallGraphs many = new SmallGraphs().constant("size", Tensor.longs(65_536));
        for (int i = 0; i < 200; i++) {
            many.node("ConstantOfShape", "size", "y" + i, "value", Tensor.longs(1));
        }
        Trace full = many.node("Shape", "y199", "shape").trace(17);
        assertThat(full.constant("y127")).isPresent();
        assertThat(full.constant("y128")).isEmpty();
        assertThat(full.shape("y199")).isEqualTo(Shape.of(65_536));
        assertThat(full.constant("shape")).contains(Tensor.longs(65_536));
        SmallGraphs beyond = new SmallGraphs()
                .constant("huge", Tensor.longs(1L << 40, 1L << 40))
                .node("ConstantOfShape", "huge", "y");
        assertThatThrownBy(() -> beyond.trace(17))
                .hasMessage(
                        "ConstantOfShape(y): shape [1099511627776,1099511627776] has more elements than can be counted");
    }
}
