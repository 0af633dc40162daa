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
import java.util.function.Predicate;

/**
 * Makes initializers of what is cut out of initializers or moved about in them: some exporters keep a weight in another shape than the
 * layer that reads it.
 *
 * <ol>
 *   <li>A {@code Slice}, {@code Concat}, {@code Reshape}, {@code Transpose}, {@code Squeeze}, {@code Unsqueeze} or {@code Flatten} of
 *       initializers, or of what was made of such, goes; its output becomes an initializer.
 *   <li>Initializers nobody reads any more go.
 *   <li>Left alone: whole numbers, and outputs of the graph.
 * </ol>
 *
 * @param shared whether weights are folded that several nodes read, so that each has its own afterwards
 */
public record FoldConstants(boolean shared) implements Pass {
    private static final Set<String> FOLDED =
            Set.of("Slice", "Concat", "Reshape", "Transpose", "Squeeze", "Unsqueeze", "Flatten");

    @Override
    public Model apply(Model model) {
        Graph graph = model.graph();
        List<Node> moves = moves(graph);
        if (moves.isEmpty()) {
            return model;
        }
        Graph constant = graph.withNodes(moves).withInputs(List.of()).withOutputs(List.of());
        Trace trace = Trace.ofConstants(model.withGraph(constant));
        Map<String, Tensor> initializers = new LinkedHashMap<>(graph.initializers());
        moves.forEach(n -> trace.constant(n.id()).ifPresent(value -> initializers.put(n.id(), value)));
        List<Node> left = graph.nodes().stream()
                .filter(n -> !initializers.containsKey(n.id()))
                .toList();
        return new RemoveDead().apply(model.withGraph(graph.withNodes(left).withInitializers(initializers)));
    }

    private List<Node> moves(Graph graph) {
        Set<String> weights = new HashSet<>();
        graph.initializers().forEach((name, t) -> {
            if (t.dtype().isFloating() && mayGo(graph, name)) {
                weights.add(name);
            }
        });
        Predicate<String> fixed = name -> name.isEmpty()
                || weights.contains(name)
                || graph.constant(name).filter(t -> !t.dtype().isFloating()).isPresent();
        List<Node> moves = new ArrayList<>();
        for (Node n : graph.nodes()) {
            if (n.isStandard()
                    && FOLDED.contains(n.opType())
                    && weights.contains(n.input(0))
                    && n.inputs().stream().allMatch(fixed)
                    && mayGo(graph, n.id())) {
                moves.add(n);
                weights.add(n.id());
            }
        }
        return moves;
    }

    private boolean mayGo(Graph graph, String value) {
        return (shared || graph.edges().uses(value).size() == 1)
                && !graph.outputNames().contains(value);
    }
}
