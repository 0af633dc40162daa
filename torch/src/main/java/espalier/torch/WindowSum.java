package espalier.torch;

import espalier.op.Window;
import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/** Sums under the windows of a pool with any padding, rounding and dilation: a convolution with ones, each channel by itself. */
final class WindowSum {
    private final Window window;
    private final Padding padding;
    private final Tensor ones;
    private final long[] zeros;
    private final long channels;

    private WindowSum(Site site, Window window) {
        this.window = window;
        this.padding = Padding.covering(site, window, 0);
        this.channels = site.shape(0).dim(1);
        this.zeros = new long[window.kernel().length];
        long[] dims = new long[zeros.length + 2];
        dims[0] = channels;
        dims[1] = 1;
        System.arraycopy(window.kernel(), 0, dims, 2, zeros.length);
        this.ones = site.keep(torch.ones(dims, new TensorOptions(site.outputType(0))));
    }

    static WindowSum of(Site site, Window window) {
        return new WindowSum(site, window);
    }

    Tensor apply(Tensor x) {
        return sum(padding.apply(x), ones, channels);
    }

    private Tensor sum(Tensor padded, Tensor kernel, long groups) {
        return torch.convolution(
                padded,
                kernel,
                new TensorOptional(),
                window.strides(),
                zeros,
                window.dilations(),
                false,
                zeros,
                groups);
    }

    /** How many elements each window sums; what lies beyond the declared padding never counts. */
    Tensor counts(Site site, boolean withPadding) {
        int n = zeros.length;
        long[] dims = new long[n + 2];
        Arrays.fill(dims, 1);
        long[] begin = window.begin().clone();
        long[] end = Padding.covered(site, window);
        for (int i = 0; i < n; i++) {
            dims[i + 2] = site.shape(0).dim(i + 2);
            if (withPadding) {
                dims[i + 2] += window.begin()[i] + window.end()[i];
                begin[i] = 0;
                end[i] -= window.end()[i];
            }
        }
        Tensor counted = torch.ones(dims, new TensorOptions(site.outputType(0)));
        Tensor padded = Padding.of(site, begin, end, 0).apply(counted);
        return site.keep(sum(padded, ones.narrow(0, 0, 1), 1));
    }
}
