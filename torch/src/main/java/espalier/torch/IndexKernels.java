package espalier.torch;

import espalier.graph.Shape;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Operators that take or put single elements or blocks by tensors of positions. */
final class IndexKernels {
    private IndexKernels() {}

    static void addTo(KernelTable t) {
        t.add("GatherElements", IndexKernels::gatherElements);
        t.add("GatherND", IndexKernels::gatherNd);
        t.add("Scatter", IndexKernels::scatterElements);
        t.add("ScatterElements", IndexKernels::scatterElements);
        t.add("ScatterND", IndexKernels::scatterNd);
        t.add("OneHot", IndexKernels::oneHot);
    }

    private static Step gatherElements(Site site) {
        int axis = site.axis(0);
        Scalar size = site.scalar(site.shape(0).dim(axis));
        return Step.one(in -> torch.gather(in[0], axis, SelectionKernels.positive(in[1], size)));
    }

    private static Step scatterElements(Site site) {
        int axis = site.axis(0);
        Scalar size = site.scalar(site.shape(0).dim(axis));
        String reduction = site.node().textAttr("reduction", "none");
        return Step.one(in -> {
            Tensor at = SelectionKernels.positive(in[1], size);
            return switch (reduction) {
                case "none" -> torch.scatter(in[0], axis, at, in[2]);
                case "add" -> torch.scatter_add(in[0], axis, at, in[2]);
                default -> torch.scatter_reduce(in[0], axis, at, in[2], reduce(site, reduction), true);
            };
        });
    }

    private static String reduce(Site site, String reduction) {
        return switch (reduction) {
            case "mul" -> "prod";
            case "max" -> "amax";
            case "min" -> "amin";
            default -> throw site.error("reduction '%s' is not supported", reduction);
        };
    }

    /** Indices [..., k] name blocks of {@code data} behind {@code batch_dims} common axes: one row of a matrix each. */
    private static Step gatherNd(Site site) {
        int batchAxes = Math.toIntExact(site.intAttr("batch_dims", 0));
        Blocks b = Blocks.of(site, batchAxes);
        long rows = b.batch() * b.perBatch();
        long picked = site.shape(1).elements() / Math.max(1, b.depth() * b.batch());
        long[] dims = site.output().toArray();
        long[] starts = new long[Math.toIntExact(b.batch())];
        for (int i = 0; i < starts.length; i++) {
            starts[i] = i * b.perBatch();
        }
        Tensor offsets = site.constant(espalier.graph.Tensor.longs(Shape.of(b.batch(), 1), starts));
        return Step.one(in -> {
            Tensor at = b.rowOf(in[1]).reshape(b.batch(), picked).add(offsets).reshape(b.batch() * picked);
            return torch.index_select(in[0].reshape(rows, b.width()), 0, at).reshape(dims);
        });
    }

    private static Step scatterNd(Site site) {
        Blocks b = Blocks.of(site, 0);
        String reduction = site.node().textAttr("reduction", "none");
        long picked = site.shape(1).elements() / Math.max(1, b.depth());
        long[] dims = site.shape(0).toArray();
        return Step.one(in -> {
            Tensor data = in[0].reshape(b.perBatch(), b.width());
            Tensor at = b.rowOf(in[1]).reshape(picked);
            Tensor updates = in[2].reshape(picked, b.width());
            Tensor y = switch (reduction) {
                case "none" -> torch.index_copy(data, 0, at, updates);
                case "add" -> torch.index_add(data, 0, at, updates);
                default -> torch.index_reduce(data, 0, at, updates, reduce(site, reduction), true);
            };
            return y.reshape(dims);
        });
    }

    /**
     * Data seen as [batch, perBatch, width], where {@code depth} index numbers choose one of {@code perBatch} blocks.
     *
     * @param strides of the axes the index numbers run over, in blocks
     * @param sizes of those axes
     */
    private record Blocks(long batch, long perBatch, long width, long depth, Tensor strides, Tensor sizes) {
        static Blocks of(Site site, int batchAxes) {
            Shape data = site.shape(0);
            Shape indices = site.shape(1);
            int depth = Math.toIntExact(indices.dim(-1));
            long[] strides = new long[depth];
            long[] sizes = new long[depth];
            long perBatch = 1;
            for (int i = depth - 1; i >= 0; i--) {
                strides[i] = perBatch;
                sizes[i] = data.dim(batchAxes + i);
                perBatch *= sizes[i];
            }
            long batch = 1;
            for (int i = 0; i < batchAxes; i++) {
                batch *= data.dim(i);
            }
            long width = data.elements() / Math.max(1, batch * perBatch);
            return new Blocks(
                    batch,
                    perBatch,
                    width,
                    depth,
                    site.constant(espalier.graph.Tensor.longs(strides)),
                    site.constant(espalier.graph.Tensor.longs(sizes)));
        }

        Tensor rowOf(Tensor indices) {
            Tensor asked = indices.to(torch.ScalarType.Long);
            Tensor i = torch.where(torch.signbit(asked), asked.add(sizes), asked);
            if (torch.signbit(i).logical_or(i.ge(sizes)).any().item_bool()) {
                throw new IndexOutOfBoundsException("index out of range");
            }
            return ReduceKernels.sum(i.mul(strides), new long[] {-1}, false);
        }
    }

    /** Values [off, on]; positions outside the depth give a row of off. */
    private static Step oneHot(Site site) {
        long depth = site.host(1).longAt(0);
        int rank = site.rank(0) + 1;
        int axis = Math.floorMod((int) site.intAttr("axis", -1), rank);
        long[] classes = new long[Math.toIntExact(depth)];
        for (int i = 0; i < classes.length; i++) {
            classes[i] = i;
        }
        long[] along = new long[rank];
        java.util.Arrays.fill(along, 1);
        along[axis] = depth;
        Tensor positions = site.constant(espalier.graph.Tensor.longs(Shape.of(along), classes));
        Scalar zero = site.scalar(0);
        Scalar size = site.scalar(depth);
        Scalar one = site.scalar(1);
        return Step.one(in -> {
            Tensor i = in[0].to(torch.ScalarType.Long).unsqueeze(axis);
            Tensor front = torch.where(torch.lt(i, zero), i.add(size, one), i);
            return torch.where(torch.eq(front, positions), in[2].select(0, 1), in[2].select(0, 0));
        });
    }
}
