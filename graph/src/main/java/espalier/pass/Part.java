package espalier.pass;

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
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A part of a graph as a model of its own; the names are those of the whole. */
public final class Part {
    private Part() {}

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
                nodes.add(n);
                needed.addAll(n.inputs());
                needed.addAll(Edges.captures(n));
            }
        }
        Collections.reverse(nodes);
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
}
