package espalier.op;

import espalier.graph.DType;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reading and writing at indices; negative indices count from the end. */
final class HostIndexing implements HostTable {
    @Override
    public @Nullable HostFunction function(String op) {
        return switch (op) {
            case "Gather" -> HostIndexing::gather;
            case "GatherElements" -> HostIndexing::gatherElements;
            case "GatherND" -> HostIndexing::gatherNd;
            case "ScatterND" -> HostIndexing::scatterNd;
            case "NonZero" -> HostIndexing::nonZero;
            case "OneHot" -> HostIndexing::oneHot;
            default -> null;
        };
    }

    private static Shape out(Site s) {
        return s.known(s.node().output(0)).orElseThrow(() -> NotKnown.SIGNAL).shape();
    }

    private static long index(Site s, long i, long size) {
        if (i < -size || i >= size) {
            throw s.error("index %d is outside %d elements", i, size);
        }
        return i < 0 ? i + size : i;
    }

    private static List<Tensor> gather(Site s) {
        Tensor x = s.constant(0);
        long[] indices = Numbers.longs(s.constant(1));
        int axis = s.axisAttr(0, x.shape().rank());
        long inner = x.shape().strides()[axis];
        long size = x.shape().dim(axis);
        return List.of(Picking.of(x, out(s), i -> {
            long block = i / inner;
            long at = index(s, indices[(int) (block % indices.length)], size);
            return (int) ((block / indices.length * size + at) * inner + i % inner);
        }));
    }

    private static List<Tensor> gatherElements(Site s) {
        Tensor x = s.constant(0);
        Shape out = out(s);
        long[] indices = Numbers.longs(s.constant(1));
        int axis = s.axisAttr(0, x.shape().rank());
        long[] strides = x.shape().strides();
        long along = strides[axis];
        long size = x.shape().dim(axis);
        strides[axis] = 0;
        return List.of(Picking.of(x, out, i ->
                (int) (Picking.source(i, out, strides) + index(s, indices[i], size) * along)));
    }

    /** Offset of the block an index tuple names, in blocks of the axes behind it. */
    private static long tuple(Site s, long[] indices, int at, int depth, Shape x, int skip) {
        long offset = 0;
        for (int k = 0; k < depth; k++) {
            offset = offset * x.dim(skip + k) + index(s, indices[at + k], x.dim(skip + k));
        }
        return offset;
    }

    private static long elements(Shape x, int from, int to) {
        long n = 1;
        for (int a = from; a < to; a++) {
            n *= x.dim(a);
        }
        return n;
    }

    private static List<Tensor> gatherNd(Site s) {
        Tensor x = s.constant(0);
        Shape shape = x.shape();
        Shape tuples = s.shape(1);
        int depth = Math.toIntExact(tuples.dim(-1));
        int batch = Math.toIntExact(s.node().intAttr("batch_dims", 0));
        long[] indices = Numbers.longs(s.constant(1));
        long inner = elements(shape, batch + depth, shape.rank());
        long perBatch = elements(tuples, batch, tuples.rank() - 1);
        long batchSize = elements(shape, batch, shape.rank());
        return List.of(Picking.of(x, out(s), i -> {
            long t = i / inner;
            long block = tuple(s, indices, Math.toIntExact(t * depth), depth, shape, batch);
            return (int) (t / perBatch * batchSize + block * inner + i % inner);
        }));
    }

    private static List<Tensor> scatterNd(Site s) {
        if (!s.node().textAttr("reduction", "none").equals("none")) {
            throw NotKnown.SIGNAL;
        }
        Tensor x = s.constant(0);
        Tensor updates = s.constant(2);
        int depth = Math.toIntExact(s.shape(1).dim(-1));
        long[] indices = Numbers.longs(s.constant(1));
        int inner = (int) elements(x.shape(), depth, x.shape().rank());
        int[] from = new int[Math.toIntExact(x.elements())];
        for (int i = 0; i < from.length; i++) {
            from[i] = i;
        }
        for (int t = 0; t < indices.length / Math.max(1, depth); t++) {
            int block = (int) tuple(s, indices, t * depth, depth, x.shape(), 0) * inner;
            for (int i = 0; i < inner; i++) {
                from[block + i] = from.length + t * inner + i;
            }
        }
        return List.of(Picking.of(List.of(x, updates), x.shape(), i -> from[i]));
    }

    /** Output [rank, count], one column per element that is not zero. */
    private static List<Tensor> nonZero(Site s) {
        Tensor x = s.constant(0);
        double[] v = Numbers.doubles(x);
        int rank = x.shape().rank();
        int count = 0;
        for (double e : v) {
            count += e != 0 ? 1 : 0;
        }
        long[] out = new long[Math.multiplyExact(rank, count)];
        int column = 0;
        for (int i = 0; i < v.length; i++) {
            if (v[i] != 0) {
                long rest = i;
                for (int a = rank - 1; a >= 0; a--) {
                    out[a * count + column] = rest % x.shape().dim(a);
                    rest /= x.shape().dim(a);
                }
                column++;
            }
        }
        return List.of(Numbers.tensor(DType.INT64, Shape.of(rank, count), out));
    }

    /** Indices outside the depth give a row of off values. */
    private static List<Tensor> oneHot(Site s) {
        Shape out = out(s);
        long[] indices = Numbers.longs(s.constant(0));
        int axis = s.axisAttr(-1, out.rank());
        long inner = out.strides()[axis];
        long depth = out.dim(axis);
        return List.of(Picking.of(s.constant(2), out, i -> {
            long hot = indices[(int) (i / (inner * depth) * inner + i % inner)];
            return i / inner % depth == (hot < 0 ? hot + depth : hot) ? 1 : 0;
        }));
    }
}
