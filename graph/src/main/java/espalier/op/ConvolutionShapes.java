package espalier.op;

import espalier.graph.DType;
import espalier.graph.Shape;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Convolutions: input [N, C, D1, ..., Dn], weight [M, C/group, k1, ..., kn], transposed [C, M/group, k1, ..., kn]. */
final class ConvolutionShapes implements ShapeTable {
    @Override
    public @Nullable ShapeRule rule(String op) {
        return switch (op) {
            case "Conv" -> s -> s.like(forward(s, 0, 1));
            case "ConvInteger" -> s -> List.of(new TensorType(DType.INT32, forward(s, 0, 1)));
            case "QLinearConv" -> s -> List.of(new TensorType(s.dtype(7), forward(s, 0, 3)));
            case "DeformConv" -> s -> s.like(forward(s, 0, 1));
            case "ConvTranspose" -> ConvolutionShapes::transposed;
            default -> null;
        };
    }

    private static Shape forward(Site s, int input, int weight) {
        Shape x = s.shape(input);
        Shape w = s.shape(weight);
        requireRanks(s, x, w);
        long group = group(s);
        if (w.dim(1) * group != x.dim(1) || w.dim(0) % group != 0) {
            throw s.error("weight %s with group %d does not fit an input of shape %s", w, group, x);
        }
        Window window = Window.of(s.node(), x, kernel(s, w));
        return window.outputShape(x.dim(0), w.dim(0));
    }

    private static void requireRanks(Site s, Shape x, Shape w) {
        if (x.rank() < 3 || w.rank() != x.rank()) {
            throw s.error("weight %s does not fit an input of shape %s", w, x);
        }
    }

    private static long group(Site s) {
        long group = s.node().intAttr("group", 1);
        if (group < 1) {
            throw s.error("group must be positive, not %d", group);
        }
        return group;
    }

    private static long[] kernel(Site s, Shape w) {
        long[] k = Arrays.copyOfRange(w.toArray(), 2, w.rank());
        long[] declared = s.node().intsAttr("kernel_shape").orElse(k);
        if (!Arrays.equals(k, declared)) {
            throw s.error("kernel_shape %s does not fit weight %s", Arrays.toString(declared), w);
        }
        return Window.positive(k);
    }

    private static List<TensorType> transposed(Site s) {
        Shape x = s.shape(0);
        Shape w = s.shape(1);
        requireRanks(s, x, w);
        if (w.dim(0) != x.dim(1) || w.dim(0) % group(s) != 0) {
            throw s.error("weight %s with group %d does not fit an input of shape %s", w, group(s), x);
        }
        Window window = Window.transposed(s.node(), x, kernel(s, w));
        return s.like(window.outputShape(x.dim(0), Math.multiplyExact(w.dim(1), group(s))));
    }
}
