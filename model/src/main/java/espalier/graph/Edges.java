package espalier.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Who makes and who uses each value of a graph. */
public final class Edges {
    private final Map<String, Node> producers = new HashMap<>();
    private final Map<String, List<Use>> uses = new HashMap<>();
    private final Set<String> names = new HashSet<>();

    /**
     * One place where a value is read.
     *
     * @param node the reader
     * @param input the position among its inputs, or -1 where a subgraph of the node captures the value by name
     */
    public record Use(Node node, int input) {
        public boolean isCapture() {
            return input < 0;
        }
    }

    private Edges() {}

    static Edges of(Graph graph) {
        Edges e = new Edges();
        e.names.addAll(graph.valueNames());
        for (Node n : graph.nodes()) {
            for (String o : n.outputs()) {
                if (!o.isEmpty() && e.producers.put(o, n) != null) {
                    throw BadInputException.of("value '%s' is produced twice, the second time by %s", o, n.label());
                }
            }
            for (int i = 0; i < n.inputs().size(); i++) {
                if (n.hasInput(i)) {
                    e.uses(n.input(i), new Use(n, i));
                }
            }
            for (String captured : captures(n)) {
                e.uses(captured, new Use(n, -1));
            }
            n.subgraphs().forEach(e::addNames);
        }
        return e;
    }

    private void uses(String value, Use use) {
        uses.computeIfAbsent(value, v -> new ArrayList<>(2)).add(use);
    }

    private void addNames(Graph subgraph) {
        names.addAll(subgraph.valueNames());
        subgraph.nodes().forEach(n -> n.subgraphs().forEach(this::addNames));
    }

    /** Values of the enclosing graph that a node's subgraphs read by name. */
    public static Set<String> captures(Node node) {
        Set<String> free = new LinkedHashSet<>();
        node.subgraphs().forEach(g -> collectFree(g, free));
        return free;
    }

    private static void collectFree(Graph graph, Set<String> free) {
        Set<String> own = new HashSet<>(graph.valueNames());
        Set<String> read = new LinkedHashSet<>(graph.outputNames());
        for (Node n : graph.nodes()) {
            read.addAll(n.inputs());
            read.addAll(captures(n));
        }
        read.stream().filter(v -> !v.isEmpty() && !own.contains(v)).forEach(free::add);
    }

    /** The node that makes a value; empty for inputs, initializers and unknown names. */
    public Optional<Node> producer(String value) {
        return Optional.ofNullable(producers.get(value));
    }

    /** All places that read a value, in the order of the nodes; graph outputs are not among them. */
    public List<Use> uses(String value) {
        return uses.getOrDefault(value, List.of());
    }

    String freshName(String wish) {
        String candidate = wish;
        for (int i = 1; names.contains(candidate); i++) {
            candidate = wish + "_" + i;
        }
        return candidate;
    }
}
