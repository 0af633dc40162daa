package espalier.prune;

import espalier.graph.Edges;
import espalier.graph.Graph;
import espalier.graph.Node;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The weights of a layer that multiplies.
 *
 * @param initializer their name
 * @param layer the layer's label
 * @param shape of the initializer
 * @param outputs the axis of the layer's outputs
 * @param inputs the axis over which the layer sums: its inputs
 */
record Matrix(String initializer, String layer, Shape shape, int outputs, int inputs) {
    /** The weights of all convolutions and products that are used by one layer only. */
    static List<Matrix> of(Graph graph) {
        List<Matrix> found = new ArrayList<>();
        for (Node n : graph.nodes()) {
            of(n, graph).ifPresent(found::add);
        }
        return found;
    }

    private static Optional<Matrix> of(Node node, Graph graph) {
        if (!node.isStandard() || node.inputs().size() < 2) {
            return Optional.empty();
        }
        String weight = node.input(1);
        Optional<Tensor> tensor = Optional.ofNullable(graph.initializers().get(weight))
                .filter(t -> t.dtype().isFloating() && t.shape().rank() > 1);
        List<Edges.Use> uses = graph.edges().uses(weight);
        if (tensor.isEmpty() || uses.size() != 1) {
            return Optional.empty();
        }
        Shape shape = tensor.get().shape();
        return switch (node.opType()) {
            case "Conv" -> Optional.of(new Matrix(weight, node.label(), shape, 0, 1));
            case "ConvTranspose" -> Optional.of(new Matrix(weight, node.label(), shape, 1, 0));
            case "MatMul" -> Optional.of(new Matrix(weight, node.label(), shape, shape.rank() - 1, shape.rank() - 2));
            case "Gemm" -> {
                int out = node.intAttr("transB", 0) == 0 ? 1 : 0;
                yield Optional.of(new Matrix(weight, node.label(), shape, out, 1 - out));
            }
            default -> Optional.empty();
        };
    }

    int elements() {
        return Math.toIntExact(shape.elements());
    }

    /** How far apart in memory two neighbours along an axis lie. */
    int stride(int axis) {
        int stride = 1;
        for (int i = axis + 1; i < shape.rank(); i++) {
            stride *= Math.toIntExact(shape.dim(i));
        }
        return stride;
    }
}
