package espalier.factorize;

import espalier.graph.BadInputException;
import espalier.graph.Graph;
import espalier.graph.Node;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.torch.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A layer that may be split.
 *
 * @param node a {@code Conv} over images, {@code Gemm}, or {@code MatMul} with the weight on the right
 * @param weight its initializer
 * @param tensor the weight
 * @param why it cannot be split; empty where it can
 */
record Target(Node node, String weight, Tensor tensor, Optional<String> why) {
    private static final Set<String> OPERATORS = Set.of("Conv", "ConvTranspose", "Gemm", "MatMul");

    /** All layers with a weight of their own, in the order of the graph. */
    static List<Target> of(Graph graph) {
        List<Target> found = new ArrayList<>();
        for (Node n : graph.nodes()) {
            Tensor w = graph.initializers().get(n.input(1));
            if (n.isStandard()
                    && OPERATORS.contains(n.opType())
                    && w != null
                    && w.dtype().isFloating()) {
                found.add(new Target(n, n.input(1), w, reason(n, w, graph)));
            }
        }
        return found;
    }

    private static Optional<String> reason(Node n, Tensor w, Graph graph) {
        Shape s = w.shape();
        if (n.is("ConvTranspose")) {
            return Optional.of("is a transposed convolution");
        }
        if (n.is("Conv") && s.rank() != 4) {
            return Optional.of(
                    "is a convolution over " + (s.rank() - 2) + " axes, only those over images can be split");
        }
        if (n.is("Conv") && s.dim(1) == 1 && n.intAttr("group", 1) > 1) {
            return Optional.of("is a depthwise convolution, which has nothing to split");
        }
        if (!n.is("Conv") && s.rank() != 2) {
            return Optional.of("multiplies by a stack of matrices");
        }
        if (graph.edges().uses(n.input(1)).size() != 1) {
            return Optional.of("shares its weight with another layer");
        }
        return Optional.empty();
    }

    String name() {
        return node.name().isEmpty() ? node.id() : node.name();
    }

    boolean isConvolution() {
        return node.is("Conv");
    }

    /** Whether every output looks at one position. */
    boolean isPoint() {
        return !isConvolution() || tensor.shape().dim(2) * tensor.shape().dim(3) == 1;
    }

    /** What splits it where the user wants {@code wanted}; empty where that leaves such layers alone. */
    Optional<Decomposition> method(Decomposition wanted) {
        return isPoint() ? wanted.ofPoints() : Optional.of(wanted);
    }

    int groups() {
        return (int) node.intAttr("group", 1);
    }

    /** The axis of the input's channels. */
    int inputAxis() {
        return isConvolution() ? 1 : node.intAttr("transA", 0) != 0 ? 0 : -1;
    }

    /** [out, in, height, width] of one group. */
    long[] shape() {
        Shape s = tensor.shape();
        if (isConvolution()) {
            return new long[] {s.dim(0) / groups(), s.dim(1), s.dim(2), s.dim(3)};
        }
        return filtersFirst() ? new long[] {s.dim(0), s.dim(1), 1, 1} : new long[] {s.dim(1), s.dim(0), 1, 1};
    }

    /** Whether the weight is [out, in]. */
    private boolean filtersFirst() {
        return isConvolution() || node.intAttr("transB", 0) != 0;
    }

    /** The kernel of each group, in double precision; the caller's scope owns them. */
    List<org.bytedeco.pytorch.Tensor> kernels() {
        var w = Tensors.of(tensor).to(ScalarType.Double);
        if (!Double.isFinite(w.abs().sum().item_double())) {
            throw BadInputException.of(
                    "layer '%s' has weights that are NaN or infinite: train the model again before splitting it",
                    name());
        }
        var whole = filtersFirst() ? w : w.t();
        long[] s = shape();
        List<org.bytedeco.pytorch.Tensor> out = new ArrayList<>();
        for (int g = 0; g < groups(); g++) {
            out.add(whole.narrow(0, g * s[0], s[0]).reshape(s[0], s[1], s[2], s[3]));
        }
        return out;
    }
}
