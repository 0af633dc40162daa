package espalier.torch;

import espalier.graph.BadInputException;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.pass.Part;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A part of a graph as a model of its own, for training networks that hold nodes no program can run. The names are those of the
 * whole, so {@link Program#weightsInto} puts what was learned back into the whole model and leaves everything else alone.
 */
public final class GraphPart {
    private GraphPart() {}

    /**
     * The nodes that lead from some values to others.
     *
     * @param inputs values that are given from outside; inputs of the graph that are needed besides stay inputs
     * @param outputs values the part computes
     * @throws BadInputException if the graph has no such value
     */
    public static Model between(Model whole, Collection<String> inputs, Collection<String> outputs) {
        return Part.between(whole, inputs, outputs);
    }

    /**
     * The part that can be trained: the model itself where a program can run it. Otherwise a node that cannot run is taken for
     * preparation of the input if no weight lies before it, and its results become inputs; any other is taken for evaluation of the
     * result, and it is left out together with all that depends on it: what those nodes read becomes an output.
     *
     * @throws BadInputException naming the nodes that cannot run, if no weight remains
     */
    public static Model trainable(Model whole) {
        Graph g = whole.graph();
        List<Node> missing =
                g.nodes().stream().filter(n -> Program.isUnsupported(n, whole)).toList();
        if (missing.isEmpty()) {
            return whole;
        }
        Set<String> inputs = new LinkedHashSet<>();
        Set<String> lost = new HashSet<>();
        Set<String> weighted = new HashSet<>(Weights.of(g).parameters());
        for (Node n : g.nodes()) {
            boolean unsupported = missing.contains(n);
            boolean behindWeights = n.inputs().stream().anyMatch(weighted::contains);
            if (n.inputs().stream().anyMatch(lost::contains) || (unsupported && behindWeights)) {
                lost.addAll(n.outputs());
            } else if (unsupported) {
                inputs.addAll(n.outputs());
            }
            if (behindWeights) {
                weighted.addAll(n.outputs());
            }
        }
        inputs.remove("");
        lost.remove("");
        Model part = between(whole, inputs, ends(g, lost, inputs));
        if (Weights.of(part.graph()).parameters().isEmpty()) {
            throw new BadInputException(Unsupported.message(missing));
        }
        return part;
    }

    /** Values that were outputs or are read by what is lost, and are not themselves lost, given or constant. */
    private static Set<String> ends(Graph g, Set<String> lost, Set<String> inputs) {
        Set<String> ends = new LinkedHashSet<>(g.outputNames());
        for (Node n : g.nodes()) {
            if (n.outputs().stream().anyMatch(lost::contains)) {
                ends.addAll(n.inputs());
            }
        }
        Set<String> produced = new HashSet<>();
        g.nodes().stream().filter(n -> !n.is("Constant")).forEach(n -> produced.addAll(n.outputs()));
        ends.removeIf(v -> v.isEmpty() || lost.contains(v) || inputs.contains(v) || !produced.contains(v));
        return ends;
    }
}
