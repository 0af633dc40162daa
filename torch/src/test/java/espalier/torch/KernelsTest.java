package espalier.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import espalier.graph.BadInputException;
import espalier.graph.DType;
import espalier.graph.Model;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Single operators at the edge of what they take, with numbers worked by hand. */
class KernelsTest {
    private static Tensor run(Model model, Tensor x) {
        return run(model, x, Mode.EVAL);
    }

    private static Tensor run(Model model, Tensor x, Mode mode) {
        try (Program program = Program.of(model);
                PointerScope scope = new PointerScope()) {
            return Tensors.toHost(program.run(Map.of("x", Tensors.of(x)), mode).get("y"));
        }
    }

    private static float[] gradient(Model model, Tensor x) {
        try (Program program = Program.of(model);
                PointerScope scope = new PointerScope()) {
            org.bytedeco.pytorch.Tensor leaf = Tensors.of(x);
            leaf.set_requires_grad(true);
            program.run(Map.of("x", leaf), Mode.EVAL).get("y").sum().backward();
            return Tensors.toHost(leaf.grad()).toFloats();
        }
    }

    private static Tensor rows(int width, float... values) {
        return Tensor.floats(Shape.of(values.length / width, width), values);
    }

    @Test
    void the_length_of_a_zero_vector_has_gradient_zero() {
        Model model = Net.opset(17)
                .input("x", 2, 2)
                .node("y = ReduceL2(x)", "axes=[1]")
                .outputs("y");
        assertThat(run(model, rows(2, 0, 0, 3, 4)).toFloats()).containsExactly(0, 5);
        assertThat(gradient(model, rows(2, 0, 0, 3, 4))).containsExactly(0, 0, 0.6f, 0.8f);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void a_zero_row_stays_zero_when_it_is_normalised(int p) {
        Model model = Net.opset(17)
                .input("x", 2, 2)
                .node("y = LpNormalization(x)", "p=" + p)
                .outputs("y");
        assertThat(run(model, rows(2, 0, 0, 0, 4)).toFloats()).containsExactly(0, 0, 0, 1);
        assertThat(gradient(model, rows(2, 0, 0, 0, 4))).doesNotContain(Float.NaN);
    }

    /** -7 / 2 is -3 towards zero. */
    @Test
    void the_mean_of_whole_numbers_is_a_whole_number() {
        Model model = Net.opset(17)
                .input("x", DType.INT64, 2, 2)
                .node("y = ReduceMean(x)", "axes=[1] keepdims=0")
                .outputs("y");
        assertThat(run(model, Tensor.longs(Shape.of(2, 2), -3, -4, 5, 8)).toLongs())
                .containsExactly(-3, 6);
    }

    /** The last window holds 6 and 7 and reaches beyond all padding: (6 + 7) / 2. */
    @Test
    void an_average_counts_padding_but_not_what_lies_beyond_it() {
        Model model = Net.opset(17)
                .input("x", 1, 1, 7)
                .node("y = AveragePool(x)", "kernel_shape=[3] strides=[2] pads=1,0 ceil_mode=1 count_include_pad=1")
                .outputs("y");
        assertThat(run(model, Tensor.floats(Shape.of(1, 1, 7), 1, 2, 3, 4, 5, 6, 7))
                        .toFloats())
                .containsExactly(1, 3, 5, 6.5f);
    }

    @Test
    void indices_nobody_reads_do_not_stop_a_pool() {
        Model model = Net.opset(17)
                .input("x", 1, 1, 2, 2)
                .node("y, i = MaxPool(x)", "kernel_shape=2,2 pads=0,0,1,1")
                .outputs("y");
        assertThat(run(model, Tensor.floats(Shape.of(1, 1, 2, 2), 1, 2, 3, 4)).toFloats())
                .containsExactly(4, 4, 4, 4);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Gather(d, x)",
                "GatherElements(d, x)",
                "GatherND(d, x)",
                "ScatterElements(d, x, u)",
                "ScatterND(d, x, v)"
            })
    void an_index_outside_its_axis_is_refused(String call) {
        Model model = Net.opset(17)
                .input("x", DType.INT64, 2, 1)
                .constant("d", rows(1, 1, 2, 3))
                .constant("u", rows(1, 8, 9))
                .constant("v", rows(1, 8, 9))
                .node("y = " + call)
                .outputs("y");
        run(model, Tensor.longs(Shape.of(2, 1), -3, 2));
        for (long outside : new long[] {-4, 3}) {
            assertThatThrownBy(() -> run(model, Tensor.longs(Shape.of(2, 1), 0, outside)))
                    .isInstanceOf(BadInputException.class)
                    .hasMessage(call.replaceAll("[(].*", "(y)")
                            + ": an index lies outside its axis: check the values the model is given");
        }
    }

    @Test
    void statistics_of_a_single_element_are_refused() {
        Model model = Net.opset(17)
                .input("x", 2, 1)
                .constant("s", Tensor.floats(Shape.of(1), 1))
                .constant("b", Tensor.floats(Shape.of(1), 0))
                .constant("m", Tensor.floats(Shape.of(1), 0))
                .constant("v", Tensor.floats(Shape.of(1), 1))
                .node("y = BatchNormalization(x, s, b, m, v)")
                .outputs("y");
        run(model, rows(1, 1, 2), Mode.TRAIN);
        run(model, rows(1, 1));
        assertThatThrownBy(() -> run(model, rows(1, 1), Mode.TRAIN))
                .isInstanceOf(BadInputException.class)
                .hasMessage("BatchNormalization(y): batch statistics need 2 or more elements per channel: "
                        + "use a larger batch");
    }
}
