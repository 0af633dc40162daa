package espalier.pack;

import espalier.graph.Attribute;
import espalier.graph.DType;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * A model whose tensors are left out. Where one was, a tensor without elements stands for it, of its type and with a first axis of 0
 * before its own axes: {@code float[0,500,800]} for {@code float[500,800]}. Tensors of the graph itself can be left out: initializers,
 * and the values of {@code Constant} nodes; those in subgraphs stay.
 */
final class Skeleton {
    private static final String VALUE = "value";

    private Skeleton() {}

    /** What a tensor becomes, given its name. */
    interface Change extends BiFunction<String, Tensor, Tensor> {}

    /** The model with all tensors of the graph changed, in the order of the file: initializers first. */
    static Model map(Model model, Change change) {
        Graph g = model.graph();
        Map<String, Tensor> initializers = new LinkedHashMap<>();
        g.initializers().forEach((name, t) -> initializers.put(name, change.apply(name, t)));
        List<Node> nodes = new ArrayList<>();
        for (Node n : g.nodes()) {
            if (n.is("Constant") && n.tensorAttr(VALUE).isPresent()) {
                Map<String, Attribute> attributes = new LinkedHashMap<>(n.attributes());
                Tensor t = n.tensorAttr(VALUE).orElseThrow();
                attributes.put(VALUE, Attribute.of(change.apply(n.output(0), t)));
                nodes.add(new Node(n.name(), n.opType(), n.domain(), n.inputs(), n.outputs(), attributes, n.extra()));
            } else {
                nodes.add(n);
            }
        }
        return model.withGraph(g.withNodes(nodes).withInitializers(initializers));
    }

    static boolean isPlaceholder(Tensor t) {
        return t.dtype() != DType.STRING && t.shape().rank() > 0 && t.shape().dim(0) == 0;
    }

    static Tensor placeholder(Tensor t) {
        long[] dims = t.shape().toArray();
        long[] all = new long[dims.length + 1];
        System.arraycopy(dims, 0, all, 1, dims.length);
        return Tensor.zeros(t.dtype(), Shape.of(all));
    }

    /** The shape that a placeholder stands for. */
    static Shape shape(Tensor placeholder) {
        long[] dims = placeholder.shape().toArray();
        return Shape.of(java.util.Arrays.copyOfRange(dims, 1, dims.length));
    }
}
