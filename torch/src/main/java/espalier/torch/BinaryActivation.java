package espalier.torch;

import espalier.graph.Extra;
import espalier.graph.Node;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The sign of an activation, +1 for 0, with a gradient for training: an operator of our own domain that no file has.
 *
 * <p>The gradient passes where |x| is at most 1 and is 0 elsewhere (Rastegari et al.: XNOR-Net, 2016, arXiv:1603.05279, section 3.1,
 * after Courbariaux, Bengio: BinaryNet, 2016, arXiv:1602.02830).
 */
public record BinaryActivation() {
    /** With its domain. */
    static final String OPERATOR = "espalier.BinaryActivation";

    public static boolean is(Node node) {
        return node.qualifiedType().equals(OPERATOR);
    }

    /** A node that does this to a value. */
    public Node node(String value, String output) {
        return new Node("", "BinaryActivation", "espalier", List.of(value), List.of(output), Map.of(), Extra.NONE);
    }

    public Tensor apply(Tensor x) {
        Tensor sign = torch.ge(x.detach(), new Scalar(0))
                .to(x.scalar_type())
                .mul(new Scalar(2))
                .sub(new Scalar(1));
        Tensor through = x.clamp_min(new Scalar(-1)).clamp_max(new Scalar(1));
        return sign.add(through.sub(through.detach()));
    }
}
