package espalier.torch;

import espalier.graph.Attribute;
import espalier.graph.Extra;
import espalier.graph.Node;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * What {@code QuantizeLinear} and {@code DequantizeLinear} compute together, with gradients for training: an operator of our own
 * domain that no file has.
 *
 * <p>y = s clip(round(x / s), low - zero, high - zero), where the gradient passes round as if it were not there (Bengio, Leonard,
 * Courville: Estimating or Propagating Gradients Through Stochastic Neurons, 2013, arXiv:1308.3432), and is 0 for x that are clipped.
 * From the same rule follows the gradient of s, where s is learned: round(x / s) - x / s, and the bound where x is clipped (Esser et
 * al.: Learned Step Size Quantization, 2020, arXiv:1902.08153, equation 3).
 *
 * @param zero the whole number that stands for 0
 * @param low the least whole number
 * @param high the largest
 */
public record FakeQuantize(long zero, long low, long high) {
    /** With its domain. */
    static final String OPERATOR = "espalier.FakeQuantize";

    static FakeQuantize of(Node node) {
        return new FakeQuantize(node.intAttr("zero", 0), node.intAttr("low", 0), node.intAttr("high", 0));
    }

    /** A node that does this to a value. */
    public Node node(String value, String scale, String output) {
        return new Node(
                "",
                "FakeQuantize",
                "espalier",
                List.of(value, scale),
                List.of(output),
                Map.of("zero", Attribute.of(zero), "low", Attribute.of(low), "high", Attribute.of(high)),
                Extra.NONE);
    }

    /**
     * @param scale one number; it gets a gradient where it asks for one
     */
    public Tensor apply(Tensor x, Tensor scale) {
        if (scale.requires_grad()) {
            return learned(x, scale);
        }
        Tensor zeroPoint = torch.full_like(scale.detach(), new Scalar(zero)).to(ScalarType.Int);
        return torch.fake_quantize_per_tensor_affine(x, scale.reshape(1), zeroPoint.reshape(1), low, high);
    }

    /** @param scale one number, or as many as broadcast over x */
    public Tensor learned(Tensor x, Tensor scale) {
        Tensor q = x.div(scale).clamp_min(new Scalar(low - zero)).clamp_max(new Scalar(high - zero));
        return q.add(torch.round(q).sub(q).detach()).mul(scale);
    }
}
