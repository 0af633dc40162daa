package espalier.torch;

import espalier.graph.Shape;
import espalier.op.Window;
import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Convolutions over any number of spatial axes. */
final class ConvolutionKernels {
    private ConvolutionKernels() {}

    static void addTo(KernelTable t) {
        t.add("Conv", ConvolutionKernels::conv);
        t.add("ConvTranspose", ConvolutionKernels::convTranspose);
    }

    private static Step conv(Site site) {
        Window w = site.window(kernel(site));
        boolean even = Padding.isSymmetric(w);
        long[] inside = even ? w.begin() : new long[w.begin().length];
        long[] zeros = new long[w.begin().length];
        long group = site.intAttr("group", 1);
        boolean image = site.rank(0) == 4;
        boolean bias = site.has(2);
        boolean half = site.precision() == Precision.BF16;
        Padding outside = Padding.around(site, w, 0);
        return Step.one(in -> {
            Tensor x = even ? in[0] : outside.apply(in[0]);
            Tensor laidOut = image ? x.contiguous(MemoryFormat.ChannelsLast) : x;
            Tensor y = torch.convolution(
                    Layouts.narrowed(laidOut, half),
                    Layouts.narrowed(in[1], half),
                    bias ? new TensorOptional(Layouts.narrowed(in[2], half)) : new TensorOptional(),
                    w.strides(),
                    inside,
                    w.dilations(),
                    false,
                    zeros,
                    group);
            return half ? y.to(ScalarType.Float) : y;
        });
    }

    private static long[] kernel(Site site) {
        Shape w = site.shape(1);
        return Arrays.copyOfRange(w.toArray(), 2, w.rank());
    }

    /** Computed without padding, then cut or widened to the traced size: pads and output padding in one. */
    private static Step convTranspose(Site site) {
        Window w = Window.transposed(site.node(), site.shape(0), kernel(site));
        int n = w.kernel().length;
        long[] cut = new long[2 * n];
        long[] zeros = new long[n];
        for (int i = 0; i < n; i++) {
            long full = (site.shape(0).dim(i + 2) - 1) * w.strides()[i] + w.span(i);
            int at = 2 * (n - 1 - i);
            cut[at] = -w.begin()[i];
            cut[at + 1] = w.output()[i] - full + w.begin()[i];
        }
        boolean exact = Arrays.stream(cut).allMatch(c -> c == 0);
        long group = site.intAttr("group", 1);
        boolean bias = site.has(2);
        long[] perChannel = new long[n + 2];
        Arrays.fill(perChannel, 1);
        perChannel[1] = site.output().dim(1);
        return Step.one(in -> {
            Tensor y = torch.convolution(
                    in[0], in[1], new TensorOptional(), w.strides(), zeros, w.dilations(), true, zeros, group);
            Tensor sized = exact ? y : torch.constant_pad_nd(y, cut);
            return bias ? sized.add(in[2].view(perChannel)) : sized;
        });
    }
}
