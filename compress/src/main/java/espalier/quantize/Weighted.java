package espalier.quantize;

import espalier.graph.DType;
import espalier.graph.Graph;
import espalier.graph.Node;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A node that multiplies with a weight of its own and has an integer form in ONNX Runtime.
 *
 * @param node a {@code Conv}, {@code Gemm} or {@code MatMul}
 * @param axis of the weight along which output channels lie
 */
record Weighted(Node node, int axis) {

    /** What keeps a node of these operators from having an integer form; empty where nothing does, or it is another operator. */
    static Optional<String> obstacle(Node n, Graph graph) {
        if (!isKind(n)) {
            return Optional.empty();
        }
        Tensor w = graph.initializers().get(n.input(1));
        if (w == null || w.dtype() != DType.FLOAT) {
            return Optional.of("its weight is not a constant of 32-bit floats");
        }
        int rank = w.shape().rank();
        boolean matrix = rank == 2;
        if (n.is("Conv") ? rank < 3 : !matrix) {
            return Optional.of("its weight has " + rank + " axes");
        }
        if (n.hasInput(2)
                && !isBias(graph.initializers().get(n.input(2)), w.shape().dim(axis(n)))) {
            return Optional.of("its bias is not a constant vector");
        }
        boolean scaled = n.realAttr("alpha", 1) != 1 || (n.hasInput(2) && n.realAttr("beta", 1) != 1);
        return n.is("Gemm") && (scaled || n.intAttr("transA", 0) != 0)
                ? Optional.of("it scales or transposes its input")
                : Optional.empty();
    }

    private static boolean isBias(@Nullable Tensor bias, long channels) {
        return bias != null && bias.dtype() == DType.FLOAT && bias.elements() == channels;
    }

    static boolean isKind(Node n) {
        return n.is("Conv") || n.is("Gemm") || n.is("MatMul");
    }

    static Weighted of(Node n) {
        return new Weighted(n, axis(n));
    }

    private static int axis(Node n) {
        return n.is("Conv") || n.is("Gemm") && n.intAttr("transB", 0) != 0 ? 0 : 1;
    }

    Tensor weight(Graph graph) {
        return Objects.requireNonNull(graph.initializers().get(node.input(1)), node.input(1));
    }

    Optional<Tensor> bias(Graph graph) {
        return Optional.ofNullable(graph.initializers().get(node.input(2)));
    }

    /** Whether each filter sees one channel only. */
    boolean isDepthwise(Graph graph) {
        Shape w = weight(graph).shape();
        return node.is("Conv") && node.intAttr("group", 1) > 1 && w.dim(1) == 1;
    }
}
