package espalier.op;

import espalier.graph.DType;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Operators that make values from sizes; {@code Constant} itself is read by {@link HostEval}. */
final class CreationShapes implements ShapeTable {
    @Override
    public @Nullable ShapeRule rule(String op) {
        return switch (op) {
            case "Shape" -> s -> List.of(TensorType.of(DType.INT64, dims(s).length));
            case "Size" -> s -> List.of(new TensorType(DType.INT64, size(s)));
            case "ConstantOfShape" -> s -> List.of(new TensorType(filling(s).dtype(), Shape.of(s.longs(0))));
            case "Range" -> CreationShapes::range;
            case "EyeLike" -> s -> List.of(new TensorType(s.dtypeAttr("dtype").orElse(s.dtype(0)), s.shape(0)));
            case "RandomNormal" -> CreationShapes::random;
            case "RandomUniform" -> CreationShapes::random;
            case "Multinomial" ->
                s -> List.of(TensorType.of(
                        s.dtypeAttr("dtype").orElse(DType.INT32),
                        s.shape(0).dim(0),
                        s.node().intAttr("sample_size", 1)));
            default -> null;
        };
    }

    private static Shape size(Site s) {
        s.shape(0);
        return Shape.SCALAR;
    }

    /** The part of its input's shape that a {@code Shape} node gives, bounds clipped. */
    static long[] dims(Site s) {
        long[] d = s.shape(0).toArray();
        int from = bound(s.node().intAttr("start", 0), d.length);
        int to = bound(s.node().intAttr("end", d.length), d.length);
        return java.util.Arrays.copyOfRange(d, from, Math.max(from, to));
    }

    private static int bound(long at, int rank) {
        return (int) Math.max(0, Math.min(rank, at < 0 ? at + rank : at));
    }

    /** The element of a {@code ConstantOfShape}; a float zero by default. */
    static Tensor filling(Site s) {
        Tensor value = s.node().tensorAttr("value").orElse(Tensor.scalar(0f));
        if (value.elements() != 1) {
            throw s.error("the value must be one element, not %s", value.shape());
        }
        return value;
    }

    private static List<TensorType> range(Site s) {
        return List.of(TensorType.of(s.dtype(0), count(s)));
    }

    /** Number of elements of a {@code Range}. */
    static long count(Site s) {
        Tensor start = s.constant(0);
        Tensor limit = s.constant(1);
        Tensor delta = s.constant(2);
        if (start.dtype().isFloating()) {
            double n = Math.ceil((limit.doubleAt(0) - start.doubleAt(0)) / delta.doubleAt(0));
            return Math.max(0, (long) n);
        }
        long distance = Math.subtractExact(limit.longAt(0), start.longAt(0));
        long step = delta.longAt(0);
        return Math.max(0, -Math.floorDiv(-distance, step));
    }

    private static List<TensorType> random(Site s) {
        long[] shape = s.node().intsAttr("shape").orElseThrow(() -> s.error("attribute 'shape' is missing"));
        return List.of(TensorType.of(s.dtypeAttr("dtype").orElse(DType.FLOAT), shape));
    }
}
