package espalier.pass;

import espalier.graph.Edges;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Removes nodes and initializers from which no graph output follows. Inputs that a caller must give stay, used or not; those that only
 * declared a removed initializer go with it.
 */
record RemoveDead() implements Pass {
    @Override
    public Model apply(Model model) {
        Graph graph = model.graph();
        Set<String> needed = new HashSet<>(graph.outputNames());
        List<Node> nodes = new ArrayList<>();
        for (int i = graph.nodes().size() - 1; i >= 0; i--) {
            Node n = graph.nodes().get(i);
            if (n.outputs().stream().anyMatch(needed::contains)) {
                nodes.add(n);
                needed.addAll(n.inputs());
                needed.addAll(Edges.captures(n));
            }
        }
        Collections.reverse(nodes);
        Map<String, Tensor> initializers = new LinkedHashMap<>(graph.initializers());
        initializers.keySet().retainAll(needed);
        if (nodes.size() == graph.nodes().size()
                && initializers.size() == graph.initializers().size()) {
            return model;
        }
        return model.withGraph(graph.withNodes(nodes)
                .withInitializers(initializers)
                .withInputs(graph.inputs().stream()
                        .filter(i -> initializers.containsKey(i.name())
                                || !graph.initializers().containsKey(i.name()))
                        .toList()));
    }
}
