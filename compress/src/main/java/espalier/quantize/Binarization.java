package espalier.quantize;

import espalier.graph.Model;
import espalier.graph.Node;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Weights of two or three values. Training keeps real weights and sees these instead of them. */
public sealed interface Binarization permits BinaryConnect, Bwn, Xnor, Twn, Ttq {
    /**
     * What training sees of a weight.
     *
     * @param weight of a layer, with its outputs along the first axis
     * @param scales what {@link #scales} made, as far as training has brought it
     * @return of the weight's shape; gradients flow to the weight and to the scales
     */
    Tensor seen(Tensor weight, Tensor scales);

    /** What is seen in the end, where that is not the same. */
    default Tensor last(Tensor weight, Tensor scales) {
        return seen(weight, scales);
    }

    /**
     * The network that is trained, where that is another.
     *
     * @param layers whose weights get two or three values
     */
    default Model around(Model model, List<Node> layers) {
        return model;
    }

    /** What {@link #around} made, after training, in operators that every runtime knows. */
    default Model inOnnx(Model trained) {
        return trained;
    }

    /**
     * Numbers that are learned beside the weight; empty for none.
     *
     * @param weight as it is before training
     */
    default List<Float> scales(float[] weight) {
        return List.of();
    }

    /** Between which bounds, plus and minus, the real weights are kept; infinite for any. */
    default double bound(long[] shape) {
        return Double.POSITIVE_INFINITY;
    }

    /** +1 where a tensor is 0 or more, -1 elsewhere: never 0. */
    static Tensor sign(Tensor t) {
        return torch.ge(t, new Scalar(0)).to(t.scalar_type()).mul(new Scalar(2)).sub(new Scalar(1));
    }

    /** Forward {@code value}, backward as if it were {@code through}: the straight-through estimator. */
    static Tensor straightThrough(Tensor value, Tensor through) {
        return value.add(through.sub(through.detach()));
    }
}
