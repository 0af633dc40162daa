package espalier.op;

import espalier.graph.DType;
import espalier.graph.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Pools over [N, C, D1, ..., Dn]. */
final class PoolShapes {
    private PoolShapes() {}

    static void addTo(Map<String, ShapeRule> rules) {
        rules.put("AveragePool", s -> s.like(pooled(s)));
        rules.put("LpPool", s -> s.like(pooled(s)));
        rules.put("MaxPool", s -> {
            Shape out = pooled(s);
            return List.of(new TensorType(s.dtype(0), out), new TensorType(DType.INT64, out));
        });
        rules.put("GlobalAveragePool", PoolShapes::global);
        rules.put("GlobalLpPool", PoolShapes::global);
        rules.put("GlobalMaxPool", PoolShapes::global);
        rules.put("MaxUnpool", PoolShapes::unpooled);
        rules.put(
                "MaxRoiPool",
                s -> s.like(regions(s, s.node().intsAttr("pooled_shape").orElse(new long[2]))));
        rules.put(
                "RoiAlign",
                s -> s.like(regions(s, new long[] {
                    s.node().intAttr("output_height", 1), s.node().intAttr("output_width", 1)
                })));
    }

    private static long[] kernel(Site s) {
        return Window.positive(
                s.node().intsAttr("kernel_shape").orElseThrow(() -> s.error("attribute 'kernel_shape' is missing")));
    }

    private static Shape pooled(Site s) {
        s.requireRank(0, 3);
        Shape x = s.shape(0);
        return Window.of(s.node(), x, kernel(s)).outputShape(x.dim(0), x.dim(1));
    }

    private static List<TensorType> global(Site s) {
        s.requireRank(0, 2);
        long[] d = s.shape(0).toArray();
        Arrays.fill(d, 2, d.length, 1);
        return s.like(d);
    }

    private static List<TensorType> unpooled(Site s) {
        s.requireRank(0, 3);
        if (s.has(2)) {
            return s.like(s.longs(2));
        }
        Shape x = s.shape(0);
        return s.like(Window.transposed(s.node(), x, kernel(s)).outputShape(x.dim(0), x.dim(1)));
    }

    private static Shape regions(Site s, long[] size) {
        s.requireRank(0, 4);
        return Shape.of(s.shape(1).dim(0), s.shape(0).dim(1), size[0], size[1]);
    }
}
