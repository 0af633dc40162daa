package espalier.op;

import espalier.graph.DType;
import espalier.graph.Shape;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Pools over [N, C, D1, ..., Dn]. */
final class PoolShapes implements ShapeTable {
    @Override
    public @Nullable ShapeRule rule(String op) {
        return switch (op) {
            case "AveragePool" -> s -> s.like(pooled(s));
            case "LpPool" -> s -> s.like(pooled(s));
            case "MaxPool" ->
                s -> {
                    Shape out = pooled(s);
                    return List.of(new TensorType(s.dtype(0), out), new TensorType(DType.INT64, out));
                };
            case "GlobalAveragePool" -> PoolShapes::global;
            case "GlobalLpPool" -> PoolShapes::global;
            case "GlobalMaxPool" -> PoolShapes::global;
            case "MaxUnpool" -> PoolShapes::unpooled;
            case "MaxRoiPool" ->
                s -> s.like(regions(s, s.node().intsAttr("pooled_shape").orElse(new long[2])));
            case "RoiAlign" ->
                s -> s.like(regions(s, new long[] {
                    s.node().intAttr("output_height", 1), s.node().intAttr("output_width", 1)
                }));
            default -> null;
        };
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
