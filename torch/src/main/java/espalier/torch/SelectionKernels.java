package espalier.torch;

import espalier.graph.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Operators that take or put elements by position. */
final class SelectionKernels {
    private SelectionKernels() {}

    static void addTo(KernelTable t) {
        t.add("Slice", SelectionKernels::slice);
        t.add("Gather", SelectionKernels::gather);
        t.add("Pad", SelectionKernels::pad);
        t.add("Trilu", SelectionKernels::trilu);
        t.add("Compress", SelectionKernels::compress);
        t.unary("NonZero", x -> torch.nonzero(x).t());
    }

    /** Starts, ends and axes are attributes before opset 10. The traced sizes say how much is taken. */
    private static Step slice(Site site) {
        long[] starts = site.longs("starts", 1).orElseThrow(() -> site.error("the starts are missing"));
        Shape x = site.shape(0);
        int[] axes = site.axes(site.longs("axes", 3), starts.length);
        Optional<long[]> steps = site.longs("steps", 4);
        List<Pick> picks = new ArrayList<>();
        for (int i = 0; i < starts.length; i++) {
            int axis = axes[i];
            long step = steps.isPresent() ? steps.get()[i] : 1;
            Pick p = Pick.of(x.dim(axis), site.output().dim(axis), axis, starts[i], step);
            if (!p.isWhole(x.dim(axis))) {
                picks.add(p);
            }
        }
        return Step.unary(t -> {
            Tensor y = t;
            for (Pick p : picks) {
                y = p.apply(y);
            }
            return y;
        });
    }

    /** {@code count} elements of an axis from {@code first} on in steps of {@code step}. */
    private record Pick(int axis, long first, long step, long count) {
        static Pick of(long size, long count, int axis, long start, long step) {
            long from = start < 0 ? start + size : start;
            long clamped = Math.max(0, Math.min(from, step > 0 ? size : size - 1));
            return new Pick(axis, clamped, step, count);
        }

        boolean isWhole(long size) {
            return step == 1 && count == size;
        }

        Tensor apply(Tensor x) {
            if (count == 0 || step == 1) {
                return x.narrow(axis, count == 0 ? 0 : first, count);
            }
            long low = step > 0 ? first : first + (count - 1) * step;
            long high = step > 0 ? first + (count - 1) * step : first;
            Tensor y = x.slice(axis, new LongOptional(low), new LongOptional(high + 1), Math.abs(step));
            return step > 0 ? y : y.flip(axis);
        }
    }

    private static Step gather(Site site) {
        int axis = site.axis(0);
        long size = site.shape(0).dim(axis);
        Optional<espalier.graph.Tensor> known = site.known(1);
        if (known.isPresent() && known.get().shape().rank() == 0) {
            long i = known.get().longAt(0);
            return Step.unary(x -> x.select(axis, i));
        }
        long[] dims = site.output().toArray();
        long n = site.shape(1).elements();
        Scalar all = site.scalar(size);
        return Step.one(in ->
                torch.index_select(in[0], axis, positive(in[1].reshape(n), all)).reshape(dims));
    }

    /** Indices counted from the front, as 64-bit integers; of any shape. Those outside the axis stay outside. */
    static Tensor positive(Tensor indices, Scalar size) {
        Tensor i = indices.to(torch.ScalarType.Long);
        return torch.where(torch.signbit(i), i.add(size), i);
    }

    /** Attributes before opset 11. The modes other than constant copy elements by index. */
    private static Step pad(Site site) {
        Shape x = site.shape(0);
        long[] pads = site.longs("pads", 1).orElseThrow(() -> site.error("the pads are missing"));
        int n = pads.length / 2;
        int[] axes = site.axes(site.has(3) ? Optional.of(site.hostLongs(3)) : Optional.empty(), n);
        String mode = site.node().textAttr("mode", "constant");
        long[] begin = new long[x.rank()];
        long[] end = new long[x.rank()];
        for (int i = 0; i < n; i++) {
            begin[axes[i]] = pads[i];
            end[axes[i]] = pads[i + n];
        }
        if (mode.equals("constant")) {
            return padWithConstant(site, begin, end);
        }
        List<PadByIndex> byAxis = PadByIndex.of(site, begin, end, mode);
        return Step.unary(t -> {
            Tensor y = t;
            for (PadByIndex p : byAxis) {
                y = torch.index_select(y, p.axis(), p.index());
            }
            return y;
        });
    }

    private static Step padWithConstant(Site site, long[] begin, long[] end) {
        boolean varies = site.opset() >= 11 && site.has(2) && site.known(2).isEmpty();
        double value = site.opset() < 11
                ? site.realAttr("value", 0)
                : site.known(2).map(t -> t.doubleAt(0)).orElse(0.0);
        Padding padding = Padding.of(site, begin, end, value);
        return varies
                ? Step.one(in -> torch.constant_pad_nd(in[0], padding.amounts(), in[2].item()))
                : Step.unary(padding::apply);
    }

    private static Step trilu(Site site) {
        long diagonal = site.has(1) ? site.host(1).longAt(0) : 0;
        return site.flag("upper", true)
                ? Step.unary(x -> torch.triu(x, diagonal))
                : Step.unary(x -> torch.tril(x, diagonal));
    }

    private static Step compress(Site site) {
        boolean flat = !site.node().has("axis");
        int axis = flat ? 0 : site.axis(0);
        return Step.one(in -> {
            Tensor x = flat ? in[0].flatten() : in[0];
            return torch.index_select(x, axis, torch.nonzero(in[1]).flatten());
        });
    }
}
