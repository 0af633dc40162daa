package espalier.torch;

import espalier.graph.Shape;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Operators that depend on the order of elements along an axis. */
final class OrderKernels {
    private OrderKernels() {}

    static void addTo(KernelTable t) {
        t.add("ArgMax", site -> position(site, torch::argmax));
        t.add("ArgMin", site -> position(site, torch::argmin));
        t.add("TopK", OrderKernels::topK);
        t.add("CumSum", OrderKernels::cumSum);
        t.add("Hardmax", OrderKernels::hardmax_1);
        t.add("Hardmax", 13, site -> hardmax(site, site.shape(0).toArray(), site.axis(-1)));
    }

    /** The first of equal elements, or the last with {@code select_last_index}. */
    private static Step position(Site site, Position f) {
        int axis = site.axis(0);
        boolean keep = site.flag("keepdims", true);
        LongOptional along = site.keep(new LongOptional(axis));
        if (!site.flag("select_last_index", false)) {
            return Step.unary(x -> f.apply(x, along, keep));
        }
        Tensor last = site.constant(espalier.graph.Tensor.scalar(site.shape(0).dim(axis) - 1));
        return Step.unary(x -> last.sub(f.apply(x.flip(axis), along, keep)));
    }

    private interface Position {
        Tensor apply(Tensor x, LongOptional axis, boolean keep);
    }

    /** By a stable sort, so that of equal elements the first comes first. */
    private static Step topK(Site site) {
        int axis = site.axis(-1);
        long k = site.opset() < 10 ? site.intAttr("k", 1) : site.host(1).longAt(0);
        boolean largest = site.flag("largest", true);
        return in -> {
            var sorted = torch.sort(in[0], new BoolOptional(true), axis, largest);
            return new Tensor[] {sorted.get0().narrow(axis, 0, k), sorted.get1().narrow(axis, 0, k)};
        };
    }

    private static Step cumSum(Site site) {
        int axis = site.shape(0).axis(Math.toIntExact(site.host(1).longAt(0)));
        boolean exclusive = site.flag("exclusive", false);
        boolean reverse = site.flag("reverse", false);
        return Step.unary(x -> {
            Tensor from = reverse ? x.flip(axis) : x;
            Tensor sum = torch.cumsum(from, axis, new ScalarTypeOptional(x.scalar_type()));
            Tensor before = exclusive ? sum.sub(from) : sum;
            return reverse ? before.flip(axis) : before;
        });
    }

    private static Step hardmax_1(Site site) {
        Shape x = site.shape(0);
        int axis = site.axis(1);
        long rows = 1;
        for (int i = 0; i < axis; i++) {
            rows *= x.dim(i);
        }
        return hardmax(site, new long[] {rows, x.elements() / Math.max(1, rows)}, 1);
    }

    private static Step hardmax(Site site, long[] seenAs, int axis) {
        long[] dims = site.shape(0).toArray();
        LongOptional along = site.keep(new LongOptional(axis));
        var one = site.scalar(1);
        return Step.unary(x -> {
            Tensor seen = x.reshape(seenAs);
            Tensor first = torch.argmax(seen, along, true);
            return torch.scatter(torch.zeros_like(seen), axis, first, one).reshape(dims);
        });
    }
}
