package espalier.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import espalier.graph.BadInputException;
import espalier.graph.DType;
import espalier.graph.Model;
import espalier.graph.Shape;
import espalier.graph.ValueInfo;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class InputShapesTest {
    private static final Model IMAGES = new SmallGraphs()
            .input("x", "N", 3, "height", "width")
            .node("Relu", "x", "y")
            .model();
    private static final Model TEXT = new SmallGraphs()
            .input("ids", DType.INT64, "batch", "length")
            .input("mask", DType.INT64, "batch", "length")
            .input("scale", 1)
            .node("Add", "ids mask", "y")
            .model();

    @Test
    void fills_the_leading_free_axis_with_the_batch() {
        Model m = new SmallGraphs()
                .input("x", "N", 3, 8, 8)
                .node("Relu", "x", "y")
                .model();
        assertThat(InputShapes.of(m, 16, Map.of())).isEqualTo(Map.of("x", Shape.of(16, 3, 8, 8)));
    }

    @Test
    void keeps_a_fixed_batch() {
        Model m = new SmallGraphs().input("x", 1, 3).node("Relu", "x", "y").model();
        assertThat(InputShapes.of(m, 16, Map.of())).isEqualTo(Map.of("x", Shape.of(1, 3)));
    }

    @Test
    void takes_other_free_axes_from_an_override_and_the_batch_from_the_caller() {
        assertThat(InputShapes.of(IMAGES, 4, Map.of("x", Shape.of(1, 3, 32, 64))))
                .isEqualTo(Map.of("x", Shape.of(4, 3, 32, 64)));
        assertThat(InputShapes.of(IMAGES, 4, Map.of("", Shape.of(1, 3, 32, 64))))
                .isEqualTo(Map.of("x", Shape.of(4, 3, 32, 64)));
    }

    @Test
    void gives_axes_of_the_same_symbol_the_same_size() {
        assertThat(InputShapes.of(TEXT, 2, Map.of("ids", Shape.of(1, 128))))
                .isEqualTo(Map.of(
                        "ids", Shape.of(2, 128),
                        "mask", Shape.of(2, 128),
                        "scale", Shape.of(1)));
    }

    @Test
    void does_not_take_a_length_for_the_batch_because_it_leads_in_one_input() {
        Model m = new SmallGraphs()
                .input("positions", DType.INT64, "length")
                .input("ids", DType.INT64, "batch", "length")
                .node("Add", "ids positions", "y")
                .model();
        assertThat(InputShapes.of(m, 2, Map.of("ids", Shape.of(1, 128))))
                .isEqualTo(Map.of("positions", Shape.of(128), "ids", Shape.of(2, 128)));
    }

    @Test
    void refuses_two_sizes_for_one_symbol() {
        assertThatThrownBy(() -> InputShapes.of(TEXT, 2, Map.of("ids", Shape.of(1, 128), "mask", Shape.of(1, 64))))
                .isInstanceOf(BadInputException.class)
                .hasMessage("input 'mask' [batch,length]: length is 128 in another input, but 64 here");
    }

    @Test
    void says_which_option_gives_a_missing_size() {
        assertThatThrownBy(() -> InputShapes.of(IMAGES, 1, Map.of()))
                .isInstanceOf(BadInputException.class)
                .hasMessage("input 'x' [N,3,height,width]: the size of axis 2 (height) is not fixed, "
                        + "give it with --shape x=1x3x224x224");
    }

    @Test
    void refuses_a_shape_that_does_not_fit_the_declared_one() {
        assertThatThrownBy(() -> InputShapes.of(IMAGES, 1, Map.of("x", Shape.of(1, 1, 28, 28))))
                .isInstanceOf(BadInputException.class)
                .hasMessage("input 'x' is declared as [N,3,height,width]: shape [1,1,28,28] does not fit");
    }

    @Test
    void refuses_a_shape_for_no_input() {
        assertThatThrownBy(() -> InputShapes.of(TEXT, 1, Map.of("tokens", Shape.of(1, 128))))
                .isInstanceOf(BadInputException.class)
                .hasMessage("a shape is given for 'tokens', but the model's inputs are [ids, mask, scale]");
    }

    @Test
    void asks_for_a_shape_where_none_is_declared() {
        ValueInfo free = new ValueInfo(
                "x", Optional.of(new ValueInfo.Type(DType.FLOAT, Optional.empty())), espalier.graph.Extra.NONE);
        Model m = IMAGES.withGraph(IMAGES.graph().withInputs(List.of(free)));
        assertThatThrownBy(() -> InputShapes.of(m, 1, Map.of()))
                .isInstanceOf(BadInputException.class)
                .hasMessage("input 'x' is declared without a shape: give one with --shape x=1x3x224x224");
        assertThat(InputShapes.of(m, 5, Map.of("x", Shape.of(1, 7)))).isEqualTo(Map.of("x", Shape.of(5, 7)));
    }
}
