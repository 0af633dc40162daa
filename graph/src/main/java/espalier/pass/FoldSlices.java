package espalier.pass;

import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Tensor;
import espalier.op.Trace;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes initializers of what is cut out of initializers.
 *
 * <ol>
 *   <li>A {@code Slice} or {@code Concat} whose inputs are initializers, or such slices, goes; its output becomes an initializer.
 *   <li>Initializers nobody reads any more go.
 * </ol>
 */
public record FoldSlices() implements Pass {
    private static final Set<String> FOLDED = Set.of("Slice", "Concat");

    @Override
    public Model apply(Model model) {
        Graph graph = model.graph();
        Set<String> known = new HashSet<>(graph.initializers().keySet());
        List<Node> folded = new ArrayList<>();
        List<Node> left = new ArrayList<>();
        for (Node n : graph.nodes()) {
            if (n.isStandard() && FOLDED.contains(n.opType()) && known.containsAll(n.inputs())) {
                folded.add(n);
                known.addAll(n.outputs());
            } else {
                left.add(n);
            }
        }
        if (folded.isEmpty()) {
            return model;
        }
        Graph constant = graph.withNodes(folded).withInputs(List.of()).withOutputs(List.of());
        Trace trace = Trace.ofConstants(model.withGraph(constant));
        Map<String, Tensor> initializers = new LinkedHashMap<>(graph.initializers());
        folded.forEach(n ->
                n.outputs().forEach(o -> initializers.put(o, trace.constant(o).orElseThrow())));
        return new RemoveDead().apply(model.withGraph(graph.withNodes(left).withInitializers(initializers)));
    }
}
