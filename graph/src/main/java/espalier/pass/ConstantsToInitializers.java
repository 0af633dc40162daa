package espalier.pass;

import espalier.graph.Attribute;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes an initializer of every {@code Constant} node, so that weights are found in one place.
 *
 * <ol>
 *   <li>A node that holds a tensor, a number or a list of numbers becomes an initializer with the name of its output.
 *   <li>Left alone: strings, sparse tensors, nodes inside subgraphs, and a constant that is itself an output of the graph.
 * </ol>
 */
record ConstantsToInitializers() implements Pass {
    @Override
    public Model apply(Model model) {
        Graph graph = model.graph();
        Map<String, Tensor> initializers = new LinkedHashMap<>(graph.initializers());
        List<Node> nodes = new ArrayList<>();
        for (Node n : graph.nodes()) {
            Optional<Tensor> value = graph.outputNames().contains(n.id()) ? Optional.empty() : value(n);
            if (value.isPresent()) {
                initializers.put(n.output(0), value.get());
            } else {
                nodes.add(n);
            }
        }
        return nodes.size() == graph.nodes().size()
                ? model
                : model.withGraph(graph.withNodes(nodes).withInitializers(initializers));
    }

    private static Optional<Tensor> value(Node n) {
        if (!n.is("Constant")) {
            return Optional.empty();
        }
        for (Attribute a : n.attributes().values()) {
            if (a instanceof Attribute.TensorValue t) {
                return Optional.of(t.value());
            } else if (a instanceof Attribute.Real f) {
                return Optional.of(Tensor.scalar(f.value()));
            } else if (a instanceof Attribute.Int i) {
                return Optional.of(Tensor.scalar(i.value()));
            } else if (a instanceof Attribute.Reals f) {
                return Optional.of(floats(f.values()));
            } else if (a instanceof Attribute.Ints i) {
                return Optional.of(Tensor.longs(
                        i.values().stream().mapToLong(Long::longValue).toArray()));
            }
        }
        return Optional.empty();
    }

    private static Tensor floats(List<Float> values) {
        float[] out = new float[values.size()];
        for (int i = 0; i < out.length; i++) {
            out[i] = values.get(i);
        }
        return Tensor.floats(Shape.of(out.length), out);
    }
}
