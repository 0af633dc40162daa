package espalier.torch;

import espalier.graph.BadInputException;
import espalier.graph.DType;
import espalier.graph.Edges;
import espalier.graph.Extra;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Tensor;
import espalier.graph.ValueInfo;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
        Graph g = whole.graph();
        Set<String> known = new HashSet<>(g.valueNames());
        for (Collection<String> names : List.of(inputs, outputs)) {
            for (String v : names) {
                if (!known.contains(v)) {
                    throw BadInputException.of("the graph has no value '%s' to cut it at", v);
                }
            }
        }
        Set<String> needed = new HashSet<>(outputs);
        List<Node> nodes = new ArrayList<>();
        for (int i = g.nodes().size() - 1; i >= 0; i--) {
            Node n = g.nodes().get(i);
            if (n.outputs().stream().anyMatch(o -> needed.contains(o) && !inputs.contains(o))) {
                nodes.add(0, n);
                needed.addAll(n.inputs());
                needed.addAll(Edges.captures(n));
            }
        }
        return whole.withGraph(cut(g, nodes, needed, inputs, outputs));
    }

    private static Graph cut(
            Graph g, List<Node> nodes, Set<String> needed, Collection<String> inputs, Collection<String> outputs) {
        Map<String, Tensor> initializers = new LinkedHashMap<>(g.initializers());
        initializers.keySet().removeIf(name -> !needed.contains(name) || inputs.contains(name));
        Map<String, ValueInfo> entries = new LinkedHashMap<>();
        inputs.forEach(v -> entries.put(v, info(g, v)));
        g.inputs().stream().filter(in -> needed.contains(in.name())).forEach(in -> entries.put(in.name(), in));
        return g.withNodes(nodes)
                .withInitializers(initializers)
                .withInputs(List.copyOf(entries.values()))
                .withOutputs(outputs.stream().map(v -> info(g, v)).toList());
    }

    /** What the file says about a value; of one it says nothing about, that it holds floats. */
    private static ValueInfo info(Graph g, String value) {
        for (List<ValueInfo> declared : List.of(g.inputs(), g.outputs())) {
            for (ValueInfo v : declared) {
                if (v.name().equals(value)) {
                    return v;
                }
            }
        }
        ValueInfo inside = g.valueInfo().get(value);
        return inside != null
                ? inside
                : new ValueInfo(value, Optional.of(new ValueInfo.Type(DType.FLOAT, Optional.empty())), Extra.NONE);
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
