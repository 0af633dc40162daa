package espalier.op;

import espalier.graph.DType;
import espalier.graph.Shape;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Operators that join values, take parts of them or write into them. */
final class SelectionShapes implements ShapeTable {
    @Override
    public @Nullable ShapeRule rule(String op) {
        return switch (op) {
            case "Concat" -> SelectionShapes::concat;
            case "Split" -> SelectionShapes::split;
            case "Slice" -> s -> s.like(Slices.of(s).output(s.shape(0)));
            case "Gather" -> SelectionShapes::gather;
            case "GatherElements" -> s -> s.like(s.shape(1));
            case "GatherND" -> SelectionShapes::gatherNd;
            case "Scatter" -> Site::same;
            case "ScatterElements" -> Site::same;
            case "ScatterND" -> Site::same;
            case "TensorScatter" -> Site::same;
            case "OneHot" -> SelectionShapes::oneHot;
            case "TopK" -> SelectionShapes::topK;
            default -> null;
        };
    }

    private static List<TensorType> concat(Site s) {
        Shape first = s.shape(0);
        int axis = s.axisAttr(1, first.rank());
        long size = first.dim(axis);
        for (int i = 1; i < s.inputs(); i++) {
            Shape other = s.shape(i);
            if (other.rank() != first.rank() || !other.with(axis, 0).equals(first.with(axis, 0))) {
                throw s.error("shapes %s and %s cannot be joined along axis %d", first, other, axis);
            }
            size = Math.addExact(size, other.dim(axis));
        }
        return s.like(first.with(axis, size));
    }

    private static List<TensorType> split(Site s) {
        Shape x = s.shape(0);
        int axis = s.axisAttr(0, x.rank());
        List<TensorType> parts = new ArrayList<>();
        for (long size : parts(s)) {
            parts.add(new TensorType(s.dtype(0), x.with(axis, size)));
        }
        return parts;
    }

    /** Sizes of a Split's outputs along its axis: given, or equal with a smaller last one. */
    static long[] parts(Site s) {
        Shape x = s.shape(0);
        long size = x.dim(s.axisAttr(0, x.rank()));
        int outputs = s.node().outputs().size();
        long[] parts = s.longs("split", 1).orElseGet(() -> {
            int n = Math.toIntExact(s.node().intAttr("num_outputs", outputs));
            if (n < 1 || n != outputs) {
                throw s.error("%d parts do not fit %d outputs", n, outputs);
            }
            long[] equal = new long[n];
            long each = (size + n - 1) / n;
            for (int i = 0; i < n; i++) {
                equal[i] = Math.max(0, Math.min(each, size - i * each));
            }
            return equal;
        });
        long sum = 0;
        for (long p : parts) {
            sum = Math.addExact(sum, p);
        }
        if (sum != size || parts.length != outputs) {
            throw s.error(
                    "%d parts of together %d do not fit %d outputs and size %d", parts.length, sum, outputs, size);
        }
        return parts;
    }

    private static List<TensorType> gather(Site s) {
        Shape x = s.shape(0);
        Shape indices = s.shape(1);
        int axis = s.axisAttr(0, x.rank());
        long[] out = new long[x.rank() - 1 + indices.rank()];
        for (int i = 0; i < out.length; i++) {
            out[i] = i < axis
                    ? x.dim(i)
                    : i < axis + indices.rank() ? indices.dim(i - axis) : x.dim(i - indices.rank() + 1);
        }
        return s.like(out);
    }

    private static List<TensorType> gatherNd(Site s) {
        Shape x = s.shape(0);
        Shape indices = s.shape(1);
        int batch = Math.toIntExact(s.node().intAttr("batch_dims", 0));
        int depth = Math.toIntExact(indices.dim(-1));
        if (batch < 0 || batch >= indices.rank() || batch + depth > x.rank()) {
            throw s.error("indices %s with %d batch axes do not fit data %s", indices, batch, x);
        }
        long[] out = new long[indices.rank() - 1 + x.rank() - batch - depth];
        for (int i = 0; i < out.length; i++) {
            out[i] = i < indices.rank() - 1 ? indices.dim(i) : x.dim(i - indices.rank() + 1 + batch + depth);
        }
        return s.like(out);
    }

    private static List<TensorType> oneHot(Site s) {
        Shape indices = s.shape(0);
        int rank = indices.rank() + 1;
        int axis = s.axisAttr(-1, rank);
        long[] out = new long[rank];
        for (int i = 0; i < rank; i++) {
            out[i] = i < axis ? indices.dim(i) : i == axis ? s.longs(1)[0] : indices.dim(i - 1);
        }
        return List.of(TensorType.of(s.dtype(2), out));
    }

    private static List<TensorType> topK(Site s) {
        Shape x = s.shape(0);
        long k = s.opset() < 10 ? s.node().intAttr("k", 0) : s.longs(1)[0];
        int axis = s.axisAttr(-1, x.rank());
        if (k < 0 || k > x.dim(axis)) {
            throw s.error("the top %d of %d elements do not exist", k, x.dim(axis));
        }
        Shape out = x.with(axis, k);
        return List.of(new TensorType(s.dtype(0), out), new TensorType(DType.INT64, out));
    }
}
