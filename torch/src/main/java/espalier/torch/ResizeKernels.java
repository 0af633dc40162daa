package espalier.torch;

import espalier.graph.Shape;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Interpolation. Every axis is resampled by itself: an output element is a weighted sum of a few input elements. */
final class ResizeKernels {
    private ResizeKernels() {}

    static void addTo(KernelTable t) {
        t.add("Upsample", ResizeKernels::upsample);
        t.add("Resize", ResizeKernels::upsample);
        t.add("Resize", 11, ResizeKernels::resize);
        t.add("GridSample", ResizeKernels::gridSample);
    }

    /**
     * Upsample, and Resize of opset 10: coordinates without offset, the nearest element is the one before or, where an axis shrinks,
     * the one behind, as in ONNX Runtime.
     */
    private static Step upsample(Site site) {
        float[] scales = site.has(1) ? site.host(1).toFloats() : reals(site, "scales");
        String mode = site.node().textAttr("mode", "nearest");
        List<Along> axes = new ArrayList<>();
        for (int a = 0; a < scales.length; a++) {
            String nearest = scales[a] < 1 ? "ceil" : "floor";
            Resampling.Options options = new Resampling.Options(mode, "asymmetric", nearest, -0.75, false, false);
            add(
                    site,
                    axes,
                    a,
                    Resampling.of(options, site.shape(0).dim(a), site.output().dim(a), scales[a], 0, 1));
        }
        return resampled(axes);
    }

    private static float[] reals(Site site, String attribute) {
        if (!(site.node().attributes().get(attribute) instanceof espalier.graph.Attribute.Reals r)) {
            throw site.error("attribute '%s' must be a list of floats", attribute);
        }
        float[] out = new float[r.values().size()];
        for (int i = 0; i < out.length; i++) {
            out[i] = r.values().get(i);
        }
        return out;
    }

    private static Step resize(Site site) {
        Shape x = site.shape(0);
        var chosen = site.node().intsAttr("axes");
        int n = chosen.map(c -> c.length).orElse(x.rank());
        int[] axes = site.axes(chosen, n);
        boolean sized = site.has(3) && site.shape(3).elements() > 0;
        String transformation = site.node().textAttr("coordinate_transformation_mode", "half_pixel");
        boolean crops = transformation.equals("tf_crop_and_resize");
        Resampling.Options options = new Resampling.Options(
                site.node().textAttr("mode", "nearest"),
                transformation,
                site.node().textAttr("nearest_mode", "round_prefer_floor"),
                site.realAttr("cubic_coeff_a", -0.75),
                site.flag("exclude_outside", false),
                site.flag("antialias", false));
        List<Along> along = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            long from = x.dim(axes[i]);
            long to = site.output().dim(axes[i]);
            double scale = sized ? scale(site, axes, from, to) : site.host(2).doubleAt(i);
            double start = crops ? site.host(1).doubleAt(i) : 0;
            double end = crops ? site.host(1).doubleAt(i + n) : 1;
            add(site, along, axes[i], Resampling.of(options, from, to, scale, start, end));
        }
        return crops ? extrapolated(site, along) : resampled(along);
    }

    /** With a policy that keeps the aspect ratio one scale holds for all axes. */
    private static double scale(Site site, int[] axes, long from, long to) {
        String policy = site.node().textAttr("keep_aspect_ratio_policy", "stretch");
        if (policy.equals("stretch")) {
            return (double) to / from;
        }
        long[] sizes = site.hostLongs(3);
        double common = policy.equals("not_larger") ? Double.MAX_VALUE : 0;
        for (int i = 0; i < axes.length; i++) {
            double ratio = (double) sizes[i] / site.shape(0).dim(axes[i]);
            common = policy.equals("not_larger") ? Math.min(common, ratio) : Math.max(common, ratio);
        }
        return common;
    }

    private static void add(Site site, List<Along> axes, int axis, Resampling r) {
        if (!r.isIdentity()) {
            axes.add(Along.of(site, axis, r));
        }
    }

    private static Step resampled(List<Along> axes) {
        return Step.unary(x -> {
            Tensor y = x;
            for (Along a : axes) {
                y = a.apply(y);
            }
            return y;
        });
    }

    /** Elements whose source lies outside the input take a fixed value. */
    private static Step extrapolated(Site site, List<Along> axes) {
        Scalar value = site.scalarAttr("extrapolation_value", 0);
        return Step.unary(x -> {
            Tensor y = x;
            for (Along a : axes) {
                y = torch.masked_fill(a.apply(y), a.outside(), value);
            }
            return y;
        });
    }

    /**
     * A resampling on the device.
     *
     * @param taps one index vector per tap
     * @param weights one vector per tap, shaped to broadcast along the axis; empty where a single tap has weight 1
     * @param outside which output elements have no source, shaped to broadcast
     */
    private record Along(int axis, List<Tensor> taps, List<Tensor> weights, Tensor outside) {
        static Along of(Site site, int axis, Resampling r) {
            long[] dims = new long[site.rank(0) - axis];
            java.util.Arrays.fill(dims, 1);
            dims[0] = r.size();
            Shape broadcast = Shape.of(dims);
            List<Tensor> taps = new ArrayList<>();
            List<Tensor> weights = new ArrayList<>();
            for (int k = 0; k < r.taps(); k++) {
                taps.add(site.constant(espalier.graph.Tensor.longs(r.indices(k))));
                if (r.taps() > 1) {
                    Tensor exact = site.constant(espalier.graph.Tensor.doubles(broadcast, r.weights(k)));
                    weights.add(site.keep(exact.to(site.outputType(0))));
                }
            }
            long[] out = r.outside();
            Tensor outside = site.constant(espalier.graph.Tensor.longs(broadcast, out));
            return new Along(axis, taps, weights, site.keep(outside.to(torch.ScalarType.Bool)));
        }

        Tensor apply(Tensor x) {
            if (weights.isEmpty()) {
                return torch.index_select(x, axis, taps.get(0));
            }
            Tensor sum = torch.index_select(x, axis, taps.get(0)).mul(weights.get(0));
            for (int k = 1; k < taps.size(); k++) {
                sum = sum.add(torch.index_select(x, axis, taps.get(k)).mul(weights.get(k)));
            }
            return sum;
        }
    }

    private static Step gridSample(Site site) {
        long mode = switch (site.node().textAttr("mode", "linear")) {
            case "nearest" -> 1;
            case "cubic", "bicubic" -> 2;
            default -> 0;
        };
        long padding = switch (site.node().textAttr("padding_mode", "zeros")) {
            case "border" -> 1;
            case "reflection" -> 2;
            default -> 0;
        };
        boolean alignCorners = site.flag("align_corners", false);
        return Step.one(in -> torch.grid_sampler(in[0], in[1], mode, padding, alignCorners));
    }
}
