package espalier.quantize;

import espalier.config.Key;
import espalier.config.Method;
import espalier.graph.BadInputException;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Ternary weight networks. Li, Zhang, Liu: Ternary Weight Networks, 2016, arXiv:1605.04711.
 *
 * <p>With D = 0.7 E|W| (equation 6), weights are +a above D, -a below -D and 0 between, where a is the mean of |W| over those beyond D
 * (equation 5). The gradient passes straight through.
 *
 * @param threshold D as a multiple of the mean absolute weight
 */
@Method(
        key = "twn",
        summary = "plus, minus or zero, times one number for each layer",
        paper = "Li et al.: Ternary Weight Networks, 2016, arXiv:1605.04711")
public record Twn(
        @Key("what becomes 0, as a multiple of the mean absolute weight")
        double threshold) implements Binarization {
    public Twn() {
        this(0.7);
    }

    public Twn {
        if (!(threshold > 0)) {
            throw BadInputException.of("threshold must be above 0, got %s", threshold);
        }
    }

    @Override
    public Tensor seen(Tensor weight, Tensor scales) {
        Tensor w = weight.detach();
        Tensor size = w.abs();
        Tensor beyond = torch.gt(size, size.mean().mul(new Scalar(threshold))).to(w.scalar_type());
        Tensor scale = size.mul(beyond).sum().div(beyond.sum().clamp_min(new Scalar(1)));
        return Binarization.straightThrough(Binarization.sign(w).mul(beyond).mul(scale), weight);
    }
}
