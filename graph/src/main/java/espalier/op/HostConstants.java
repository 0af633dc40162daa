package espalier.op;

import espalier.graph.Attribute;
import espalier.graph.DType;
import espalier.graph.Node;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Constants, and values that follow from shapes alone. */
final class HostConstants implements HostTable {
    private static final Set<String> NEED_NO_CONTENTS = Set.of("Constant", "Shape", "Size", "Identity");

    @Override
    public @Nullable HostFunction function(String op) {
        return switch (op) {
            case "Constant" -> HostConstants::constant;
            case "Shape" -> s -> List.of(Tensor.longs(CreationShapes.dims(s)));
            case "Size" -> s -> List.of(Tensor.scalar(s.shape(0).elements()));
            case "Identity" -> s -> List.of(s.constant(0));
            case "ConstantOfShape" -> HostConstants::filled;
            case "Range" -> HostConstants::range;
            case "EyeLike" -> HostConstants::eye;
            default -> null;
        };
    }

    /** Whether a node can be computed, without looking at large contents, whatever the size of its inputs. */
    static boolean needsNoContents(Node node) {
        return NEED_NO_CONTENTS.contains(node.opType());
    }

    private static List<Tensor> constant(Site s) {
        for (Map.Entry<String, Attribute> a : s.node().attributes().entrySet()) {
            if (a.getKey().startsWith("value")) {
                return List.of(tensor(a.getValue()));
            }
        }
        throw NotKnown.SIGNAL;
    }

    private static Tensor tensor(Attribute a) {
        if (a instanceof Attribute.TensorValue t) {
            return t.value();
        } else if (a instanceof Attribute.Int i) {
            return Tensor.scalar(i.value());
        } else if (a instanceof Attribute.Real r) {
            return Tensor.scalar(r.value());
        } else if (a instanceof Attribute.Ints i) {
            return Tensor.longs(i.values().stream().mapToLong(Long::longValue).toArray());
        } else if (a instanceof Attribute.Reals r) {
            double[] v = r.values().stream().mapToDouble(Float::doubleValue).toArray();
            return Numbers.tensor(DType.FLOAT, Shape.of(v.length), v);
        } else if (a instanceof Attribute.Text t) {
            return Tensor.ofStrings(Shape.SCALAR, List.of(Attribute.utf8(t.value())));
        } else if (a instanceof Attribute.Texts t) {
            return Tensor.ofStrings(
                    Shape.of(t.values().size()),
                    t.values().stream().map(Attribute::utf8).toList());
        }
        throw NotKnown.SIGNAL;
    }

    private static List<Tensor> filled(Site s) {
        Tensor value = CreationShapes.filling(s);
        return List.of(Picking.of(value, Shape.of(s.longs(0)), i -> 0));
    }

    private static List<Tensor> range(Site s) {
        Tensor start = s.constant(0);
        Tensor delta = s.constant(2);
        int n = Math.toIntExact(CreationShapes.count(s));
        if (start.dtype().isFloating()) {
            double[] v = new double[n];
            for (int i = 0; i < n; i++) {
                v[i] = start.doubleAt(0) + i * delta.doubleAt(0);
            }
            return List.of(Numbers.tensor(start.dtype(), Shape.of(n), v));
        }
        long[] v = new long[n];
        for (int i = 0; i < n; i++) {
            v[i] = start.longAt(0) + i * delta.longAt(0);
        }
        return List.of(Numbers.tensor(start.dtype(), Shape.of(n), v));
    }

    private static List<Tensor> eye(Site s) {
        Shape shape = s.shape(0);
        long k = s.node().intAttr("k", 0);
        DType dtype = s.dtypeAttr("dtype").orElse(s.dtype(0));
        long[] v = new long[Math.toIntExact(shape.elements())];
        for (int i = 0; i < v.length; i++) {
            v[i] = i % shape.dim(1) - i / shape.dim(1) == k ? 1 : 0;
        }
        return List.of(
                dtype.isFloating()
                        ? Numbers.tensor(
                                dtype,
                                shape,
                                java.util.Arrays.stream(v).asDoubleStream().toArray())
                        : Numbers.tensor(dtype, shape, v));
    }
}
