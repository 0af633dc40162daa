package espalier.quantize;

import espalier.config.Method;
import espalier.torch.Tensors;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Binary-weight networks. Rastegari, Ordonez, Redmon, Farhadi: XNOR-Net, ECCV 2016, arXiv:1603.05279, section 3.1.
 *
 * <p>W = a B with B = sign(W) and a = |W|_1 / n for each filter (equation 6). The gradient is that of a, plus a times the gradient
 * through sign, which is 1 where |W| is at most 1.
 */
@Method(
        key = "bwn",
        summary = "signs, times the mean absolute value of each filter",
        paper = "Rastegari et al.: XNOR-Net, 2016, arXiv:1603.05279")
public record Bwn() implements Binarization {
    @Override
    public Tensor seen(Tensor weight, Tensor scales) {
        Tensor scale = meanOfRows(weight.abs());
        Tensor clipped = torch.hardtanh(weight);
        return scale.mul(Binarization.straightThrough(Binarization.sign(weight.detach()), clipped));
    }

    /** The mean over all axes but the first, of a shape that broadcasts. */
    static Tensor meanOfRows(Tensor t) {
        long[] shape = Tensors.shape(t);
        long[] one = new long[shape.length];
        java.util.Arrays.fill(one, 1);
        one[0] = shape[0];
        return t.reshape(shape[0], -1)
                .mean(new long[] {1}, false, new ScalarTypeOptional())
                .reshape(one);
    }
}
