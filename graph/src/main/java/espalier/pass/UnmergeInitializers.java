package espalier.pass;

import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Gives every use of a weight its own copy. Some exporters merge initializers that happen to be equal, such as fresh batch-norm scales;
 * trained or cut as one, they would tie layers together that have nothing to do with each other.
 *
 * <ol>
 *   <li>An {@code Identity} of an initializer counts as the initializer, and goes.
 *   <li>Of a floating initializer with more than one element, every use after the first reads a copy.
 *   <li>Left alone: whole numbers and single numbers, what a subgraph reads by name, graph outputs, and the names given as tied.
 * </ol>
 *
 * @param tied initializers that are one weight on purpose, as an embedding that is also the output matrix
 */
record UnmergeInitializers(Set<String> tied) implements Pass {
    UnmergeInitializers() {
        this(Set.of());
    }

    UnmergeInitializers {
        tied = Set.copyOf(tied);
    }

    @Override
    public Model apply(Model model) {
        return model.withGraph(new Copying(withoutIdentities(model.graph())).graph());
    }

    private static Graph withoutIdentities(Graph graph) {
        Map<String, String> source = new HashMap<>();
        List<Node> nodes = new ArrayList<>();
        Set<String> outputs = new HashSet<>(graph.outputNames());
        for (Node n : graph.nodes()) {
            String from = source.getOrDefault(n.input(0), n.input(0));
            boolean captured = graph.edges().uses(n.id()).stream().anyMatch(u -> u.isCapture());
            if (n.is("Identity") && graph.initializers().containsKey(from) && !outputs.contains(n.id()) && !captured) {
                source.put(n.output(0), from);
            } else {
                nodes.add(n);
            }
        }
        if (source.isEmpty()) {
            return graph;
        }
        return graph.withNodes(nodes.stream()
                .map(n -> n.withInputs(
                        n.inputs().stream().map(i -> source.getOrDefault(i, i)).toList()))
                .toList());
    }

    /** One run over the nodes that hands out copies. */
    private final class Copying {
        private final Graph graph;
        private final Map<String, Tensor> initializers;
        private final Set<String> taken = new HashSet<>();
        private final Set<String> names;

        Copying(Graph graph) {
            this.graph = graph;
            this.initializers = new LinkedHashMap<>(graph.initializers());
            this.names = new HashSet<>(graph.valueNames());
        }

        Graph graph() {
            List<Node> nodes = graph.nodes().stream().map(this::withOwnWeights).toList();
            return graph.withNodes(nodes).withInitializers(initializers);
        }

        private Node withOwnWeights(Node n) {
            Node out = n;
            for (int i = 0; i < n.inputs().size(); i++) {
                String name = n.input(i);
                if (isWeight(name) && !taken.add(name)) {
                    out = out.withInput(i, copy(name));
                }
            }
            return out;
        }

        private boolean isWeight(String name) {
            Tensor t = graph.initializers().get(name);
            return t != null && t.dtype().isFloating() && t.elements() > 1 && !tied.contains(name);
        }

        private String copy(String name) {
            int n = 2;
            while (!names.add(name + "_" + n)) {
                n++;
            }
            initializers.put(name + "_" + n, initializers.get(name));
            return name + "_" + n;
        }
    }
}
