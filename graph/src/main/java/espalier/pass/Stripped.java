package espalier.pass;

import espalier.graph.Extra;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Tensor;
import espalier.onnx.Uninterpreted;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A model without what computes nothing: metadata, names of nodes, notes about values inside, documentation; and with short names for
 * values. Names of inputs and outputs stay, and how inputs are normalized. Where nodes have graphs of their own, which may use any name,
 * or weights are sparse, no value is renamed.
 */
public final class Stripped {
    private static final int LETTERS = 26;

    private Stripped() {}

    public static Model of(Model model) {
        Graph g = model.graph();
        Extra sparse = Uninterpreted.sparse(g);
        boolean renames = sparse.isEmpty()
                && g.nodes().stream().allMatch(n -> n.subgraphs().isEmpty());
        Map<String, String> names = renames ? names(g) : Map.of();
        Map<String, Tensor> initializers = new LinkedHashMap<>();
        g.initializers().forEach((name, t) -> initializers.put(names.getOrDefault(name, name), t));
        List<Node> nodes = new ArrayList<>();
        for (Node n : g.nodes()) {
            nodes.add(new Node(
                    "",
                    n.opType(),
                    n.domain(),
                    renamed(n.inputs(), names),
                    renamed(n.outputs(), names),
                    n.attributes(),
                    Uninterpreted.overload(n)));
        }
        Map<String, String> metadata = new HashMap<>(model.metadata());
        metadata.keySet().retainAll(Set.of(Model.NORMALIZATION));
        Graph bare = new Graph("g", nodes, initializers, g.inputs(), g.outputs(), Map.of(), sparse);
        return new Model(model.irVersion(), model.opsets(), "", bare, metadata, model.extra());
    }

    private static List<String> renamed(List<String> values, Map<String, String> names) {
        return values.stream().map(v -> names.getOrDefault(v, v)).toList();
    }

    private static Map<String, String> names(Graph g) {
        Set<String> outside = new HashSet<>(g.outputNames());
        g.inputs().forEach(i -> outside.add(i.name()));
        Map<String, String> names = new HashMap<>();
        int next = 0;
        for (String value : g.valueNames()) {
            if (!outside.contains(value)) {
                String name = letters(next++);
                while (outside.contains(name)) {
                    name = letters(next++);
                }
                names.put(value, name);
            }
        }
        return names;
    }

    private static String letters(int n) {
        String last = String.valueOf((char) ('a' + n % LETTERS));
        return n < LETTERS ? last : letters(n / LETTERS - 1) + last;
    }
}
