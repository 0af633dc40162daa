package espalier.torch;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Memory layouts. Images [N, C, H, W] and the weights of their convolutions lie channels last, which oneDNN runs about twice as
 * fast; the weight of a matrix product lies so that its output axis comes first, as a linear layer wants it. Logical shapes never
 * change.
 */
final class Layouts {
    private Layouts() {}

    /**
     * Strides of channels last even where sizes of 1 leave the layout open, so that a convolution sees its weight as channels last
     * with one input channel or a 1x1 window too.
     */
    static Tensor channelsLast(Tensor x) {
        long[] d = Tensors.shape(x);
        long[] strides = {d[1] * d[2] * d[3], 1, d[1] * d[3], d[1]};
        return x.contiguous(MemoryFormat.ChannelsLast).as_strided(d, strides);
    }

    /** The same matrix, its columns contiguous. */
    static Tensor columnsContiguous(Tensor matrix) {
        return matrix.t().contiguous().t();
    }

    /** In bfloat16 where that is asked for. */
    static Tensor narrowed(Tensor t, boolean half) {
        return half ? t.to(ScalarType.BFloat16) : t;
    }
}
