package espalier.op;

import static espalier.op.SmallGraphs.ints;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import espalier.graph.DType;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import org.junit.jupiter.api.Test;

/** Operators that arrange, cut, join or resize, in the forms of several opsets. */
class ArrangementShapesTest {
    private static SmallGraphs x(Object... dims) {
        return new SmallGraphs().input("x", dims);
    }

    private static String with(SmallGraphs g, String op, long[] argument, Object... attributes) {
        return g.constant("a", Tensor.longs(argument))
                .node(op, "x a", "y", attributes)
                .shape();
    }

    @Test
    void reshapes() {
        assertThat(with(x(2, 3, 4), "Reshape", ints(6, 4))).isEqualTo("[6,4]");
        assertThat(with(x(2, 3, 4), "Reshape", ints(0, -1))).isEqualTo("[2,12]");
        assertThat(with(x(2, 0, 4), "Reshape", ints(0, 4, 0), "allowzero", 1)).isEqualTo("[0,4,0]");
        assertThat(with(x(2, 0, 4), "Reshape", ints(-1, 3))).isEqualTo("[0,3]");
        assertThatThrownBy(() -> with(x(2, 3), "Reshape", ints(4, -1)))
                .hasMessage("Reshape(y): [2,3] cannot be reshaped to [4,1]");
        assertThatThrownBy(() -> with(x(2, 3), "Reshape", ints(-1, -1))).hasMessageStartingWith("Reshape(y): ");
    }

    @Test
    void flattens() {
        assertThat(x(2, 3, 4).node("Flatten", "x", "y").shape()).isEqualTo("[2,12]");
        assertThat(x(2, 3, 4).node("Flatten", "x", "y", "axis", 0).shape()).isEqualTo("[1,24]");
        assertThat(x(2, 3, 4).node("Flatten", "x", "y", "axis", -1).shape()).isEqualTo("[6,4]");
        assertThat(x(2, 3, 4).node("Flatten", "x", "y", "axis", 3).shape()).isEqualTo("[24,1]");
    }

    @Test
    void squeezes_by_attribute_and_by_input() {
        assertThat(x(1, 3, 1).node("Squeeze", "x", "y").shape()).isEqualTo("[3]");
        assertThat(x(1, 3, 1).node("Squeeze", "x", "y", "axes", ints(-1)).shape(11))
                .isEqualTo("[1,3]");
        assertThat(with(x(1, 3, 1), "Squeeze", ints(0))).isEqualTo("[3,1]");
        assertThat(with(x(1, 3, 1), "Squeeze", ints())).isEqualTo("[3]");
        assertThatThrownBy(() -> with(x(1, 3, 1), "Squeeze", ints(1)))
                .hasMessage("Squeeze(y): axis 1 of [1,3,1] is not of size 1");
    }

    @Test
    void unsqueezes_by_attribute_and_by_input() {
        assertThat(x(3, 4).node("Unsqueeze", "x", "y", "axes", ints(0, 3)).shape(11))
                .isEqualTo("[1,3,4,1]");
        assertThat(with(x(3, 4), "Unsqueeze", ints(-1, 1))).isEqualTo("[3,1,4,1]");
        assertThatThrownBy(() -> with(x(3, 4), "Unsqueeze", ints(1, 1)))
                .hasMessage("Unsqueeze(y): axis 1 is given twice");
    }

    @Test
    void transposes() {
        assertThat(x(2, 3, 4).node("Transpose", "x", "y").shape()).isEqualTo("[4,3,2]");
        assertThat(x(2, 3, 4).node("Transpose", "x", "y", "perm", ints(0, 2, 1)).shape())
                .isEqualTo("[2,4,3]");
        assertThatThrownBy(() -> x(2, 3, 4)
                        .node("Transpose", "x", "y", "perm", ints(0, 1, 1))
                        .shape())
                .hasMessage("Transpose(y): perm [0, 1, 1] names an axis twice");
    }

    @Test
    void expands_and_tiles() {
        assertThat(with(x(3, 1), "Expand", ints(2, 1, 6))).isEqualTo("[2,3,6]");
        assertThat(with(x(3, 2), "Tile", ints(2, 0))).isEqualTo("[6,0]");
    }

    @Test
    void moves_between_depth_and_space() {
        assertThat(x(1, 8, 2, 3).node("DepthToSpace", "x", "y", "blocksize", 2).shape())
                .isEqualTo("[1,2,4,6]");
        assertThat(x(1, 2, 4, 6).node("SpaceToDepth", "x", "y", "blocksize", 2).shape())
                .isEqualTo("[1,8,2,3]");
    }

    @Test
    void pads_by_attribute_and_by_input() {
        assertThat(x(2, 5).node("Pad", "x", "y", "pads", ints(0, 1, 2, 3)).shape(10))
                .isEqualTo("[4,9]");
        assertThat(with(x(2, 5), "Pad", ints(0, -1, 0, -2))).isEqualTo("[2,2]");
        assertThat(x(2, 5, 6)
                        .constant("a", Tensor.longs(1, 2))
                        .constant("axes", Tensor.longs(-1))
                        .node("Pad", "x a _ axes", "y")
                        .shape(18))
                .isEqualTo("[2,5,9]");
    }

    @Test
    void slices_by_attribute_and_by_input() {
        assertThat(x(5, 6).node("Slice", "x", "y", "starts", ints(1, -3), "ends", ints(100, -1))
                        .shape(9))
                .isEqualTo("[4,2]");
        assertThat(slice(ints(-1), ints(-100), ints(1), ints(-2))).isEqualTo("[5,3]");
        assertThat(slice(ints(4), ints(2), ints(0), ints(1))).isEqualTo("[0,6]");
        assertThat(slice(ints(0), ints(Long.MAX_VALUE), ints(-1), ints(4))).isEqualTo("[5,2]");
        assertThat(slice(ints(Long.MAX_VALUE), ints(Long.MIN_VALUE), ints(1), ints(-1)))
                .isEqualTo("[5,6]");
        assertThat(slice(ints(-100), ints(-200), ints(0), ints(-1))).isEqualTo("[1,6]");
        assertThat(x(0).constant("s", Tensor.longs(3))
                        .constant("e", Tensor.longs(-200))
                        .constant("a", Tensor.longs(0))
                        .constant("t", Tensor.longs(-1))
                        .node("Slice", "x s e a t", "y")
                        .shape())
                .isEqualTo("[0]");
    }

    private static String slice(long[] start, long[] end, long[] axes, long[] steps) {
        return x(5, 6).constant("s", Tensor.longs(start))
                .constant("e", Tensor.longs(end))
                .constant("a", Tensor.longs(axes))
                .constant("t", Tensor.longs(steps))
                .node("Slice", "x s e a t", "y")
                .shape();
    }

    @Test
    void splits_in_all_forms() {
        assertThat(x(2, 7).node("Split", "x", "a b", "axis", 1, "split", ints(3, 4))
                        .trace(11)
                        .shape("b"))
                .isEqualTo(Shape.of(2, 4));
        assertThat(x(2, 7).constant("s", Tensor.longs(5, 2))
                        .node("Split", "x s", "a b", "axis", -1)
                        .trace(13)
                        .shape("b"))
                .isEqualTo(Shape.of(2, 2));
        Trace uneven =
                x(2, 7).node("Split", "x", "a b c", "axis", 1, "num_outputs", 3).trace(18);
        assertThat(uneven.shape("a")).isEqualTo(Shape.of(2, 3));
        assertThat(uneven.shape("c")).isEqualTo(Shape.of(2, 1));
        assertThatThrownBy(() -> x(2, 7).node("Split", "x", "a b", "axis", 1, "split", ints(3, 3))
                        .trace(11))
                .hasMessage("Split(a): 2 parts of together 6 do not fit 2 outputs and size 7");
    }

    @Test
    void concatenates() {
        assertThat(x(2, 3).input("z", 2, 5)
                        .node("Concat", "x z", "y", "axis", -1)
                        .shape())
                .isEqualTo("[2,8]");
        assertThatThrownBy(() -> x(2, 3).input("z", 3, 5)
                        .node("Concat", "x z", "y", "axis", 1)
                        .shape())
                .hasMessage("Concat(y): shapes [2,3] and [3,5] cannot be joined along axis 1");
    }

    @Test
    void gathers() {
        assertThat(x(5, 6).input("i", DType.INT64, 2, 3)
                        .node("Gather", "x i", "y", "axis", 1)
                        .shape())
                .isEqualTo("[5,2,3]");
        assertThat(x(5, 6).input("i", DType.INT64).node("Gather", "x i", "y").shape())
                .isEqualTo("[6]");
        assertThat(x(5, 6, 7)
                        .input("i", DType.INT64, 4, 2)
                        .node("GatherND", "x i", "y")
                        .shape())
                .isEqualTo("[4,7]");
        assertThat(x(5, 6).input("i", DType.INT64, 5, 2)
                        .node("GatherElements", "x i", "y", "axis", 1)
                        .shape())
                .isEqualTo("[5,2]");
    }

    @Test
    void resizes_by_scales_and_by_sizes() {
        assertThat(scalable().node("Upsample", "x s", "y").shape(9)).isEqualTo("[1,3,8,7]");
        assertThat(scalable().node("Resize", "x s", "y").shape(10)).isEqualTo("[1,3,8,7]");
        assertThat(scalable().node("Resize", "x _ s", "y").shape(11)).isEqualTo("[1,3,8,7]");
        assertThat(scalable().node("Resize", "x _ _ n", "y").shape(13)).isEqualTo("[1,3,9,9]");
    }

    private static SmallGraphs scalable() {
        return x(1, 3, 4, 5)
                .constant("s", Tensor.floats(Shape.of(4), 1, 1, 2, 1.5f))
                .constant("n", Tensor.longs(1, 3, 9, 9));
    }

    @Test
    void resizes_some_axes_keeping_their_ratio() {
        SmallGraphs g = x(1, 3, 4, 8).constant("n", Tensor.longs(8, 8));
        assertThat(g.node("Resize", "x _ _ n", "y", "axes", ints(2, 3), "keep_aspect_ratio_policy", "not_larger")
                        .shape(18))
                .isEqualTo("[1,3,4,8]");
    }
}
