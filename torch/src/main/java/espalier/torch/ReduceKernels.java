package espalier.torch;

import java.util.stream.LongStream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.StringViewOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Reductions over axes. */
final class ReduceKernels {
    private ReduceKernels() {}

    static void addTo(KernelTable t) {
        t.add("ReduceMean", site -> reduce(site, ReduceKernels::mean));
        t.add("ReduceSum", site -> reduce(site, ReduceKernels::sum));
        t.add("ReduceMax", site -> reduce(site, torch::amax));
        t.add("ReduceMin", site -> reduce(site, torch::amin));
        t.add("ReduceSumSquare", site -> reduce(site, (x, axes, keep) -> sum(x.mul(x), axes, keep)));
        t.add("ReduceL1", site -> reduce(site, (x, axes, keep) -> sum(x.abs(), axes, keep)));
        t.add("ReduceL2", site -> reduce(site, ReduceKernels::length));
        t.add(
                "ReduceLogSum",
                site -> reduce(site, (x, axes, keep) -> sum(x, axes, keep).log()));
        t.add("ReduceLogSumExp", site -> reduce(site, torch::logsumexp));
        t.add("ReduceProd", site -> reduce(site, ReduceKernels::product));
    }

    /** Of whole numbers rounded towards zero. */
    static Tensor mean(Tensor x, long[] axes, boolean keep) {
        if (x.is_floating_point()) {
            return torch.mean(x, axes, keep, new ScalarTypeOptional());
        }
        long count = LongStream.of(axes).map(x::size).reduce(1, (a, b) -> a * b);
        return torch.div(sum(x, axes, keep), new Scalar(count), new StringViewOptional(new BytePointer("trunc")));
    }

    /** The square root of the sum of squares, whose gradient at zero is zero. */
    static Tensor length(Tensor x, long[] axes, boolean keep) {
        return x.is_floating_point()
                ? torch.linalg_vector_norm(x, new Scalar(2), axes, keep, new ScalarTypeOptional())
                : sum(x.mul(x), axes, keep).sqrt().to(x.scalar_type());
    }

    static Tensor sum(Tensor x, long[] axes, boolean keep) {
        return torch.sum(x, axes, keep, new ScalarTypeOptional(x.scalar_type()));
    }

    private static Tensor product(Tensor x, long[] axes, boolean keep) {
        Tensor y = x;
        for (int i = axes.length - 1; i >= 0; i--) {
            y = torch.prod(y, axes[i], keep, new ScalarTypeOptional(x.scalar_type()));
        }
        return y;
    }

    /** Without axes all are meant, or none with {@code noop_with_empty_axes}. */
    private static Step reduce(Site site, Reduction f) {
        long[] axes = site.longs("axes", 1).orElse(new long[0]);
        if (axes.length == 0) {
            if (site.flag("noop_with_empty_axes", false)) {
                return Step.unary(x -> f.apply(x.unsqueeze(-1), new long[] {-1}, false));
            }
            axes = LongStream.range(0, site.rank(0)).toArray();
        }
        long[] sorted = LongStream.of(axes)
                .map(a -> site.shape(0).axis(Math.toIntExact(a)))
                .sorted()
                .toArray();
        boolean keep = site.flag("keepdims", true);
        if (sorted.length == 0) {
            return Step.unary(x -> f.apply(x.reshape(1), new long[] {0}, false));
        }
        return Step.unary(x -> f.apply(x, sorted, keep));
    }

    private interface Reduction {
        Tensor apply(Tensor x, long[] axes, boolean keep);
    }
}
