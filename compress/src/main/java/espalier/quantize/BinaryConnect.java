package espalier.quantize;

import espalier.config.Key;
import espalier.config.Method;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Courbariaux, Bengio, David: BinaryConnect, NIPS 2015, arXiv:1511.00363.
 *
 * <p>w_b = +H where w is 0 or more, else -H (equation 1), or +H with probability clip((w / H + 1) / 2, 0, 1) (equations 2 and 3). The
 * gradient of w_b moves w, which is then clipped to [-H, H] (algorithm 1). H is Glorot's sqrt(6 / (inputs + outputs)), so that a step of
 * the optimizer is as large against H as the paper's scaled rates make it. What is stored are the signs.
 *
 * @param stochastic whether signs are drawn
 */
@Method(
        key = "binary-connect",
        summary = "plus or minus one number for each layer, real weights behind them",
        paper = "Courbariaux et al.: BinaryConnect, 2015, arXiv:1511.00363")
public record BinaryConnect(
        @Key("draw signs with the probability that the weight tells")
        boolean stochastic) implements Binarization {
    public BinaryConnect() {
        this(false);
    }

    @Override
    public double bound(long[] shape) {
        long receptive = 1;
        for (int i = 2; i < shape.length; i++) {
            receptive *= shape[i];
        }
        return Math.sqrt(6.0 / (receptive * (shape[0] + shape[1])));
    }

    @Override
    public Tensor seen(Tensor weight, Tensor scales) {
        if (!stochastic) {
            return last(weight, scales);
        }
        double h = bound(espalier.torch.Tensors.shape(weight));
        Tensor noise = torch.rand_like(weight.detach()).mul(new Scalar(2 * h)).sub(new Scalar(h));
        return Binarization.straightThrough(
                Binarization.sign(weight.detach().sub(noise)).mul(new Scalar(h)), weight);
    }

    @Override
    public Tensor last(Tensor weight, Tensor scales) {
        double h = bound(espalier.torch.Tensors.shape(weight));
        return Binarization.straightThrough(Binarization.sign(weight.detach()).mul(new Scalar(h)), weight);
    }
}
