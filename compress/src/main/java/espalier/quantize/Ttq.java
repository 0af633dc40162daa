package espalier.quantize;

import espalier.config.Key;
import espalier.config.Method;
import espalier.graph.BadInputException;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Trained ternary quantization. Zhu, Han, Mao, Dally: Trained Ternary Quantization, ICLR 2017, arXiv:1612.01064.
 *
 * <p>With D = t max|w| (equation 9), weights are +Wp above D, -Wn below -D and 0 between (equation 6). Wp and Wn are learned, the
 * gradient of each being the sum over its weights (equation 7); that of a weight is scaled by Wp, 1 or Wn (equation 8).
 *
 * @param t the threshold's share of the largest weight
 */
@Method(
        key = "ttq",
        summary = "plus, minus or zero, with two learned numbers for each layer",
        paper = "Zhu et al.: Trained Ternary Quantization, 2016, arXiv:1612.01064")
public record Ttq(
        @Key("what becomes 0, as a share of the largest absolute weight")
        double t) implements Binarization {
    public Ttq() {
        this(0.05);
    }

    public Ttq {
        if (!(t > 0 && t < 1)) {
            throw BadInputException.of("t must be above 0 and below 1, got %s", t);
        }
    }

    /** The means of what is above and below the threshold. */
    @Override
    public List<Float> scales(float[] weight) {
        float largest = 0;
        for (float w : weight) {
            largest = Math.max(largest, Math.abs(w));
        }
        double[] sums = new double[2];
        int[] counts = new int[2];
        for (float w : weight) {
            if (Math.abs(w) > t * largest) {
                sums[w > 0 ? 0 : 1] += Math.abs(w);
                counts[w > 0 ? 0 : 1]++;
            }
        }
        return List.of((float) (sums[0] / Math.max(1, counts[0])), (float) (sums[1] / Math.max(1, counts[1])));
    }

    @Override
    public Tensor seen(Tensor weight, Tensor scales) {
        Tensor w = weight.detach();
        Tensor threshold = w.abs().max().mul(new Scalar(t));
        Tensor above = torch.gt(w, threshold).to(w.scalar_type());
        Tensor below = torch.lt(w, threshold.neg()).to(w.scalar_type());
        Tensor plus = scales.narrow(0, 0, 1);
        Tensor minus = scales.narrow(0, 1, 1);
        Tensor ternary = above.mul(plus).sub(below.mul(minus));
        Tensor slope = above.mul(plus.detach())
                .add(below.mul(minus.detach()))
                .add(above.add(below).neg().add(new Scalar(1)));
        Tensor through = weight.mul(slope);
        return Binarization.straightThrough(ternary, through);
    }
}
