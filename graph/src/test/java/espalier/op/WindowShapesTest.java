package espalier.op;

import static espalier.op.SmallGraphs.ints;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import espalier.graph.BadInputException;
import espalier.graph.Shape;
import org.junit.jupiter.api.Test;

/** Convolutions and pools; sizes by the formulas of the ONNX specification, worked out by hand. */
class WindowShapesTest {
    private static String conv(Object... attributes) {
        return new SmallGraphs()
                .input("x", 2, 4, 11, 10)
                .weight("w", 6, 4, 3, 3)
                .node("Conv", "x w", "y", attributes)
                .shape();
    }

    private static String pool(Object... attributes) {
        return new SmallGraphs()
                .input("x", 1, 3, 7, 6)
                .node("MaxPool", "x", "y i", attributes)
                .shape();
    }

    private static String transposed(Object... attributes) {
        return new SmallGraphs()
                .input("x", 1, 4, 5, 5)
                .weight("w", 4, 3, 3, 3)
                .node("ConvTranspose", "x w", "y", attributes)
                .shape();
    }

    @Test
    void convolves() {
        assertThat(conv()).isEqualTo("[2,6,9,8]");
        assertThat(conv("pads", ints(1, 1, 1, 1), "strides", ints(2, 2))).isEqualTo("[2,6,6,5]");
        assertThat(conv("dilations", ints(2, 3))).isEqualTo("[2,6,7,4]");
        assertThat(conv("pads", ints(0, 2, 1, 0))).isEqualTo("[2,6,10,10]");
    }

    @Test
    void convolves_with_auto_pad() {
        assertThat(conv("auto_pad", "SAME_UPPER", "strides", ints(2, 3))).isEqualTo("[2,6,6,4]");
        assertThat(conv("auto_pad", "SAME_LOWER")).isEqualTo("[2,6,11,10]");
        assertThat(conv("auto_pad", "VALID", "strides", ints(2, 2))).isEqualTo("[2,6,5,4]");
    }

    @Test
    void convolves_in_groups_and_in_one_and_three_dimensions() {
        assertThat(new SmallGraphs()
                        .input("x", 1, 4, 9)
                        .weight("w", 8, 1, 3)
                        .node("Conv", "x w", "y", "group", 4)
                        .shape())
                .isEqualTo("[1,8,7]");
        assertThat(new SmallGraphs()
                        .input("x", 1, 2, 4, 5, 6)
                        .weight("w", 3, 2, 1, 2, 3)
                        .node("Conv", "x w", "y")
                        .shape())
                .isEqualTo("[1,3,4,4,4]");
    }

    /** Total padding 2 for kernel 3 and stride 2 over 6: (3 - 1) * 2 + 3 - 6 = 1, the odd one at the end or at the beginning. */
    @Test
    void resolves_auto_pad_to_pads() {
        var node = new SmallGraphs()
                .node("Conv", "x w", "y", "auto_pad", "SAME_UPPER", "strides", ints(2))
                .model()
                .graph()
                .nodes()
                .get(0);
        assertThat(Window.of(node, Shape.of(1, 1, 6), ints(3)).pads()).containsExactly(0, 1);
        var lower = node.with("auto_pad", espalier.graph.Attribute.of("SAME_LOWER"));
        assertThat(Window.of(lower, Shape.of(1, 1, 6), ints(3)).pads()).containsExactly(1, 0);
    }

    /** stride * (in - 1) + output_padding + span - pads. */
    @Test
    void convolves_transposed() {
        assertThat(transposed()).isEqualTo("[1,3,7,7]");
        assertThat(transposed("strides", ints(2, 2), "pads", ints(1, 1, 1, 1), "output_padding", ints(1, 1)))
                .isEqualTo("[1,3,10,10]");
        assertThat(transposed("dilations", ints(2, 2))).isEqualTo("[1,3,9,9]");
        assertThat(transposed("group", 2)).isEqualTo("[1,6,7,7]");
        assertThat(transposed("strides", ints(3, 2), "output_shape", ints(10, 8)))
                .isEqualTo("[1,3,10,8]");
        assertThat(transposed("strides", ints(2, 2), "auto_pad", "SAME_UPPER")).isEqualTo("[1,3,10,10]");
    }

    @Test
    void pools() {
        assertThat(pool("kernel_shape", ints(2, 2))).isEqualTo("[1,3,6,5]");
        assertThat(pool("kernel_shape", ints(2, 2), "strides", ints(2, 2))).isEqualTo("[1,3,3,3]");
        assertThat(pool("kernel_shape", ints(3, 2), "strides", ints(3, 4), "ceil_mode", 1))
                .isEqualTo("[1,3,3,2]");
        assertThat(pool("kernel_shape", ints(2, 2), "dilations", ints(3, 3))).isEqualTo("[1,3,4,3]");
        assertThat(pool("kernel_shape", ints(2, 3), "auto_pad", "SAME_UPPER", "strides", ints(2, 2)))
                .isEqualTo("[1,3,4,3]");
    }

    /** 7 + 1 + 1 - 2 = 7 elements of room in steps of 4 give 3 windows rounded up, the third of which would start at 8, in the padding. */
    @Test
    void drops_a_window_that_would_start_in_the_padding() {
        assertThat(pool("kernel_shape", ints(2, 2), "strides", ints(4, 2), "pads", ints(1, 0, 1, 0), "ceil_mode", 1))
                .isEqualTo("[1,3,2,3]");
    }

    @Test
    void gives_the_indices_of_a_max_pool_as_integers() {
        Trace t = new SmallGraphs()
                .input("x", 1, 3, 4)
                .node("MaxPool", "x", "y i", "kernel_shape", ints(2))
                .trace(17);
        assertThat(t.type("i").orElseThrow()).hasToString("int64[1,3,3]");
    }

    @Test
    void pools_globally() {
        assertThat(new SmallGraphs()
                        .input("x", 2, 3, 7, 6)
                        .node("GlobalAveragePool", "x", "y")
                        .shape())
                .isEqualTo("[2,3,1,1]");
    }

    @Test
    void refuses_what_does_not_fit() {
        assertThatThrownBy(() -> pool("kernel_shape", ints(8, 2)))
                .isInstanceOf(BadInputException.class)
                .hasMessage("MaxPool(y): a window of 8 does not fit into 7 elements on spatial axis 0");
        assertThatThrownBy(() -> pool("kernel_shape", ints(2)))
                .hasMessage("MaxPool(y): a window of [2] does not fit an input of shape [1,3,7,6]");
        assertThatThrownBy(() -> pool("kernel_shape", ints(2, 2), "strides", ints(0, 1)))
                .hasMessage("MaxPool(y): strides, dilations and kernels must be positive: [0, 1]");
        assertThatThrownBy(() -> pool()).hasMessage("MaxPool(y): attribute 'kernel_shape' is missing");
        assertThatThrownBy(() -> conv("kernel_shape", ints(5, 5)))
                .hasMessage("Conv(y): kernel_shape [5, 5] does not fit weight [6,4,3,3]");
        assertThatThrownBy(() -> conv("pads", ints(1, 1)))
                .hasMessage("Conv(y): attribute 'pads' has 2 entries, expected 4");
        // 3 * (5 - 1) + 1 = 13 elements in place of 15 for a kernel of 1, with 3 * (5 - 1) + 3 = 15 for one of 3
        assertThat(transposed("strides", ints(3, 3), "auto_pad", "SAME_UPPER")).isEqualTo("[1,3,15,15]");
        SmallGraphs gaps = new SmallGraphs().input("x", 1, 4, 5).weight("w", 4, 3, 1);
        assertThatThrownBy(() -> gaps.node("ConvTranspose", "x w", "y", "strides", ints(3), "auto_pad", "SAME_UPPER")
                        .shape())
                .hasMessage(
                        "ConvTranspose(y): auto_pad SAME_UPPER asks for 15 elements on spatial axis 0, but 13 are made: give pads instead");
        assertThatThrownBy(() -> conv("group", 0)).hasMessage("Conv(y): group must be positive, not 0");
    }
}
