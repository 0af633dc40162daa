package espalier.op;

import espalier.graph.Shape;
import espalier.graph.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Operators that change the size of axes by padding, interpolation or sampling. */
final class ResizeShapes implements ShapeTable {
    @Override
    public @Nullable ShapeRule rule(String op) {
        return switch (op) {
            case "Pad" -> ResizeShapes::pad;
            case "Upsample" -> ResizeShapes::upsample;
            case "Resize" -> ResizeShapes::resize;
            case "GridSample" -> ResizeShapes::gridSample;
            case "CenterCropPad" -> ResizeShapes::centerCropPad;
            case "AffineGrid" -> ResizeShapes::affineGrid;
            case "Col2Im" -> ResizeShapes::columnsToImage;
            default -> null;
        };
    }

    private static List<TensorType> pad(Site s) {
        long[] d = s.shape(0).toArray();
        long[] pads = s.longs("pads", 1).orElseThrow(() -> s.error("the pads are missing"));
        int[] axes = axes(s, s.has(3) ? Optional.of(s.longs(3)) : Optional.empty(), d.length);
        if (pads.length != 2 * axes.length) {
            throw s.error("%d pads for %d axes", pads.length, axes.length);
        }
        for (int i = 0; i < axes.length; i++) {
            d[axes[i]] = Math.addExact(d[axes[i]], Math.addExact(pads[i], pads[i + axes.length]));
        }
        return s.like(d);
    }

    private static int[] axes(Site s, Optional<long[]> given, int rank) {
        if (given.isPresent()) {
            return s.axes(given.get(), rank);
        }
        int[] all = new int[rank];
        for (int i = 0; i < rank; i++) {
            all[i] = i;
        }
        return all;
    }

    private static List<TensorType> upsample(Site s) {
        return s.like(scaled(
                s, s.node().has("scales") ? s.reals("scales") : s.constant(1).toFloats(), all(s), ""));
    }

    private static int[] all(Site s) {
        return axes(s, Optional.empty(), s.shape(0).rank());
    }

    /** Opset 10 has the scales as input 1, later ones a region as input 1, scales as 2 and sizes as 3. */
    private static List<TensorType> resize(Site s) {
        if (s.opset() < 11) {
            return s.like(scaled(s, s.constant(1).toFloats(), all(s), ""));
        }
        int[] axes = axes(s, s.node().intsAttr("axes"), s.shape(0).rank());
        String policy = s.node().textAttr("keep_aspect_ratio_policy", "stretch");
        if (s.has(3) && s.shape(3).elements() > 0) {
            return s.like(sized(s, s.longs(3), axes, policy));
        }
        return s.like(
                scaled(s, s.constant(2).toFloats(), axes, s.node().textAttr("coordinate_transformation_mode", "")));
    }

    private static Shape scaled(Site s, float[] scales, int[] axes, String mode) {
        long[] d = s.shape(0).toArray();
        requireOnePerAxis(s, scales.length, axes.length);
        Optional<Tensor> region =
                mode.equals("tf_crop_and_resize") && s.has(1) ? Optional.of(s.constant(1)) : Optional.empty();
        for (int i = 0; i < axes.length; i++) {
            int at = i;
            float part = region.map(r -> (float) (r.doubleAt(at + axes.length) - r.doubleAt(at)))
                    .orElse(1f);
            d[axes[i]] = (long) Math.floor(part * d[axes[i]] * scales[i]);
        }
        return Shape.of(d);
    }

    private static Shape sized(Site s, long[] sizes, int[] axes, String policy) {
        long[] d = s.shape(0).toArray();
        requireOnePerAxis(s, sizes.length, axes.length);
        if (policy.equals("stretch")) {
            for (int i = 0; i < axes.length; i++) {
                d[axes[i]] = sizes[i];
            }
            return Shape.of(d);
        }
        float scale = policy.equals("not_larger") ? Float.MAX_VALUE : 0;
        for (int i = 0; i < axes.length; i++) {
            float ratio = sizes[i] / (float) d[axes[i]];
            scale = policy.equals("not_larger") ? Math.min(scale, ratio) : Math.max(scale, ratio);
        }
        for (int a : axes) {
            d[a] = (long) Math.floor(scale * d[a] + 0.5f);
        }
        return Shape.of(d);
    }

    private static void requireOnePerAxis(Site s, int given, int axes) {
        if (given != axes) {
            throw s.error("%d scales or sizes for %d axes", given, axes);
        }
    }

    private static List<TensorType> gridSample(Site s) {
        Shape x = s.shape(0);
        Shape grid = s.shape(1);
        if (x.rank() < 3 || grid.rank() != x.rank()) {
            throw s.error("grid %s does not fit an input of shape %s", grid, x);
        }
        long[] d = x.toArray();
        for (int i = 2; i < d.length; i++) {
            d[i] = grid.dim(i - 1);
        }
        return s.like(d);
    }

    private static List<TensorType> centerCropPad(Site s) {
        long[] d = s.shape(0).toArray();
        long[] sizes = s.longs(1);
        int[] axes = axes(s, s.node().intsAttr("axes"), d.length);
        requireOnePerAxis(s, sizes.length, axes.length);
        for (int i = 0; i < axes.length; i++) {
            d[axes[i]] = sizes[i];
        }
        return s.like(d);
    }

    /** Size [N, C, H, W] gives [N, H, W, 2], in three dimensions accordingly. */
    private static List<TensorType> affineGrid(Site s) {
        long[] size = s.longs(1);
        long[] d = Arrays.copyOf(size, size.length);
        System.arraycopy(size, 2, d, 1, size.length - 2);
        d[size.length - 1] = size.length - 2;
        return s.like(d);
    }

    private static List<TensorType> columnsToImage(Site s) {
        s.requireRank(0, 3);
        long[] image = s.longs(1);
        long[] block = s.longs(2);
        long[] d = new long[image.length + 2];
        d[0] = s.shape(0).dim(0);
        d[1] = s.shape(0).dim(1) / Shape.of(block).elements();
        System.arraycopy(image, 0, d, 2, image.length);
        return s.like(d);
    }
}
