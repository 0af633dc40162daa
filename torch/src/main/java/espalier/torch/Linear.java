package espalier.torch;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * A linear layer x [N, I], weight [O, I], bias [O] to [N, O]. Libtorch gives matrix products to OpenBLAS, which has one thread or a
 * pool that fights with libtorch's; a large layer is therefore seen as a 1x1 convolution of an image of N pixels with I channels,
 * channels last, which is oneDNN's and needs no copy.
 */
final class Linear {
    /** Multiplications below which the convolution's overhead is not earned back. */
    private static final long LARGE = 1L << 23;

    private static final long[] ONE = {1, 1};
    private static final long[] ZERO = {0, 0};

    private final boolean asConvolution;
    private final boolean half;

    private Linear(boolean asConvolution, boolean half) {
        this.asConvolution = asConvolution;
        this.half = half;
    }

    /** For a node whose output has one row of width O per row of x. */
    static Linear of(Site site, long rows) {
        long in = site.shape(0).dim(-1);
        long out = site.output().dim(-1);
        boolean single = site.precision() != Precision.DOUBLE && site.dtype(0).isFloating();
        return new Linear(single && rows * in * out >= LARGE, site.precision() == Precision.BF16);
    }

    Tensor apply(Tensor x, Tensor weight, @Nullable Tensor bias) {
        TensorOptional b = bias == null ? new TensorOptional() : new TensorOptional(Layouts.narrowed(bias, half));
        Tensor xs = Layouts.narrowed(x, half);
        Tensor w = Layouts.narrowed(weight, half);
        Tensor y = asConvolution ? convolved(xs, w, b) : torch.linear(xs, w, b);
        return half ? y.to(ScalarType.Float) : y;
    }

    private static Tensor convolved(Tensor x, Tensor weight, TensorOptional bias) {
        long n = x.size(0);
        long in = x.size(1);
        long out = weight.size(0);
        Tensor image = x.reshape(1, 1, n, in).permute(0, 3, 1, 2);
        Tensor kernel = weight.reshape(out, 1, 1, in).permute(0, 3, 1, 2);
        Tensor y = torch.convolution(image, kernel, bias, ONE, ZERO, ONE, false, ZERO, 1);
        return y.permute(0, 2, 3, 1).reshape(n, out);
    }
}
