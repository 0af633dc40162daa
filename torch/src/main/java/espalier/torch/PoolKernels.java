package espalier.torch;

import espalier.op.Window;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Pools over one, two or three spatial axes. */
final class PoolKernels {
    private PoolKernels() {}

    static void addTo(KernelTable t) {
        t.add("MaxPool", PoolKernels::maxPool);
        t.add("AveragePool", PoolKernels::averagePool);
        t.add("LpPool", PoolKernels::lpPool);
        t.add("GlobalAveragePool", PoolKernels::globalAveragePool);
        t.add("GlobalMaxPool", PoolKernels::globalMaxPool);
        t.add("GlobalLpPool", PoolKernels::globalLpPool);
    }

    private static Window window(Site site) {
        return site.window(site.node()
                .intsAttr("kernel_shape")
                .orElseThrow(() -> site.error("attribute 'kernel_shape' is missing")));
    }

    private static Step maxPool(Site site) {
        Window w = window(site);
        boolean inside = isPlain(site, w);
        long[] pads = inside ? w.begin() : new long[w.begin().length];
        Padding outside = Padding.covering(site, w, inside ? 0 : lowest(site));
        if (site.wants(1)) {
            if (!inside) {
                throw site.error("indices of a pool with uneven padding are not supported");
            }
            return MaxPoolIndices.step(site, w);
        }
        return Step.unary(x -> max(inside ? x : outside.apply(x), w, pads));
    }

    private static double lowest(Site site) {
        return switch (site.dtype(0)) {
            case INT8 -> Byte.MIN_VALUE;
            case UINT8 -> 0;
            default -> Double.NEGATIVE_INFINITY;
        };
    }

    /** Whether libtorch's own padding will do: even, at most half a window, and no window reaching beyond it. */
    private static boolean isPlain(Site site, Window w) {
        long[] end = Padding.covered(site, w);
        for (int i = 0; i < end.length; i++) {
            if (w.begin()[i] < 0 || w.begin()[i] > w.kernel()[i] / 2 || end[i] > w.begin()[i]) {
                return false;
            }
            long plain = (site.shape(0).dim(i + 2) + 2 * w.begin()[i] - w.span(i)) / w.strides()[i] + 1;
            if (plain != w.output()[i]) {
                return false;
            }
        }
        return true;
    }

    private static Tensor max(Tensor x, Window w, long[] pads) {
        return switch (pads.length) {
            case 1 -> torch.max_pool1d(x, w.kernel(), w.strides(), pads, w.dilations(), false);
            case 2 -> torch.max_pool2d(x, w.kernel(), w.strides(), pads, w.dilations(), false);
            default -> torch.max_pool3d(x, w.kernel(), w.strides(), pads, w.dilations(), false);
        };
    }

    /** The mean of the elements under each window; padding counts only with {@code count_include_pad}. */
    private static Step averagePool(Site site) {
        Window w = window(site);
        boolean countsPad = site.flag("count_include_pad", false);
        boolean plain = Arrays.stream(w.dilations()).allMatch(d -> d == 1) && isPlain(site, w);
        if (plain && !(countsPad && reachesBeyondPads(site, w))) {
            boolean includePad = countsPad || Arrays.stream(w.begin()).allMatch(p -> p == 0);
            return Step.unary(x -> average(x, w, w.begin(), includePad));
        }
        WindowSum sum = WindowSum.of(site, w);
        Tensor shares = sum.counts(site, countsPad);
        return Step.unary(x -> sum.apply(x).div(shares));
    }

    private static boolean reachesBeyondPads(Site site, Window w) {
        long[] end = Padding.covered(site, w);
        return IntStream.range(0, end.length).anyMatch(i -> end[i] > w.end()[i]);
    }

    static Tensor average(Tensor x, Window w, long[] pads, boolean includePad) {
        return switch (pads.length) {
            case 1 -> torch.avg_pool1d(x, w.kernel(), w.strides(), pads, false, includePad);
            case 2 -> torch.avg_pool2d(x, w.kernel(), w.strides(), pads, false, includePad, new LongOptional());
            default -> torch.avg_pool3d(x, w.kernel(), w.strides(), pads, false, includePad, new LongOptional());
        };
    }

    private static Step lpPool(Site site) {
        WindowSum sum = WindowSum.of(site, window(site));
        double p = site.intAttr("p", 2);
        Scalar power = site.scalar(p);
        Scalar root = site.scalar(1 / p);
        return Step.unary(x -> sum.apply(x.abs().pow(power)).pow(root));
    }

    private static long[] spatial(Site site) {
        return LongStream.range(2, site.rank(0)).toArray();
    }

    private static Step globalAveragePool(Site site) {
        if (site.rank(0) == 4) {
            return Step.unary(x -> torch.adaptive_avg_pool2d(x, 1, 1));
        }
        long[] axes = spatial(site);
        return Step.unary(x -> ReduceKernels.mean(x, axes, true));
    }

    private static Step globalMaxPool(Site site) {
        long[] axes = spatial(site);
        return Step.unary(x -> torch.amax(x, axes, true));
    }

    private static Step globalLpPool(Site site) {
        long[] axes = spatial(site);
        double p = site.intAttr("p", 2);
        Scalar power = site.scalar(p);
        Scalar root = site.scalar(1 / p);
        return Step.unary(x -> ReduceKernels.sum(x.abs().pow(power), axes, true).pow(root));
    }
}
