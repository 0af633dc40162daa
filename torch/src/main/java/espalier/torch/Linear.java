package espalier.torch;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/** A linear layer x [N, I], weight [O, I], bias [O] to [N, O]. */
final class Linear {
    private final boolean half;

    private Linear(boolean half) {
        this.half = half;
    }

    static Linear of(Site site, long rows, boolean bias) {
        return new Linear(site.precision() == Precision.BF16);
    }

    Tensor apply(Tensor x, Tensor weight, @Nullable Tensor bias) {
        TensorOptional b =
                bias == null ? new TensorOptional() : new TensorOptional(ConvolutionKernels.narrow(bias, half));
        Tensor y = torch.linear(ConvolutionKernels.narrow(x, half), ConvolutionKernels.narrow(weight, half), b);
        return half ? y.to(ScalarType.Float) : y;
    }
}
