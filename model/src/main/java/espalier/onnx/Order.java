package espalier.onnx;

import espalier.graph.Attribute;
import espalier.graph.BadInputException;
import espalier.graph.Edges;
import espalier.graph.Graph;
import espalier.graph.Node;
import espalier.graph.ValueInfo;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Sees to it that nodes stand in an order in which they can run. The format demands that order; files that break it are sorted, with
 * as few moves as possible. A graph is refused where a value has two makers or none, or where values need each other.
 */
final class Order {
    private final Optional<Order> outer;
    private final Set<String> known = new HashSet<>();

    private Order(Optional<Order> outer) {
        this.outer = outer;
    }

    static Graph of(Graph graph) {
        return new Order(Optional.empty()).ordered(graph);
    }

    private boolean knows(String value) {
        return value.isEmpty()
                || known.contains(value)
                || outer.filter(o -> o.knows(value)).isPresent();
    }

    private Graph ordered(Graph graph) {
        for (ValueInfo in : graph.inputs()) {
            if (!known.add(in.name())) {
                throw BadInputException.of("input '%s' is there twice: export it again", in.name());
            }
        }
        known.addAll(graph.initializers().keySet());
        known.addAll(Uninterpreted.sparseNames(graph));
        List<Node> nodes = canRun(graph.nodes()) ? graph.nodes() : sorted(graph.nodes());
        boolean same = nodes == graph.nodes();
        List<Node> done = new ArrayList<>(nodes.size());
        for (Node n : nodes) {
            Node inside = n.subgraphs().isEmpty() ? n : withOrderedSubgraphs(n);
            same &= inside == n;
            done.add(inside);
            add(n);
        }
        for (String output : graph.outputNames()) {
            if (!knows(output)) {
                throw BadInputException.of("output '%s' is made by nothing: export it again", output);
            }
        }
        return same ? graph : graph.withNodes(done);
    }

    private void add(Node n) {
        for (String o : n.outputs()) {
            if (!o.isEmpty() && !known.add(o)) {
                throw BadInputException.of(
                        "value '%s' is produced twice, the second time by %s: export it again", o, n.label());
            }
        }
    }

    private boolean canRun(List<Node> nodes) {
        Set<String> before = new HashSet<>();
        for (Node n : nodes) {
            for (String in : needs(n)) {
                if (!before.contains(in) && !knows(in)) {
                    return false;
                }
            }
            before.addAll(n.outputs());
        }
        return true;
    }

    private static Iterable<String> needs(Node n) {
        if (n.subgraphs().isEmpty()) {
            return n.inputs();
        }
        Set<String> needs = new LinkedHashSet<>(n.inputs());
        needs.addAll(Edges.captures(n));
        return needs;
    }

    /** Of the nodes that can run, always the one that stands first in the file comes next. */
    private List<Node> sorted(List<Node> nodes) {
        Map<String, Integer> maker = new LinkedHashMap<>();
        for (int i = 0; i < nodes.size(); i++) {
            for (String o : nodes.get(i).outputs()) {
                maker.put(o, i);
            }
        }
        Map<Integer, List<Integer>> users = new LinkedHashMap<>();
        int[] missing = new int[nodes.size()];
        PriorityQueue<Integer> ready = new PriorityQueue<>();
        for (int i = 0; i < nodes.size(); i++) {
            for (Integer m : makers(nodes.get(i), maker)) {
                users.computeIfAbsent(m, k -> new ArrayList<>()).add(i);
                missing[i]++;
            }
            if (missing[i] == 0) {
                ready.add(i);
            }
        }
        List<Node> sorted = new ArrayList<>();
        while (!ready.isEmpty()) {
            int next = ready.remove();
            sorted.add(nodes.get(next));
            for (int user : users.getOrDefault(next, List.of())) {
                if (--missing[user] == 0) {
                    ready.add(user);
                }
            }
        }
        if (sorted.size() < nodes.size()) {
            int stuck = 0;
            while (missing[stuck] == 0) {
                stuck++;
            }
            throw BadInputException.of(
                    "node %s needs its own result, or that of nodes that wait for it: export it again",
                    nodes.get(stuck).label());
        }
        return sorted;
    }

    private Set<Integer> makers(Node n, Map<String, Integer> maker) {
        Set<Integer> makers = new LinkedHashSet<>();
        for (String in : needs(n)) {
            if (!knows(in)) {
                Integer m = maker.get(in);
                if (m == null) {
                    throw BadInputException.of(
                            "node %s reads '%s', which nothing makes: export it again", n.label(), in);
                }
                makers.add(m);
            }
        }
        return makers;
    }

    private Node withOrderedSubgraphs(Node n) {
        Node out = n;
        for (Map.Entry<String, Attribute> a : n.attributes().entrySet()) {
            if (a.getValue() instanceof Attribute.GraphValue g) {
                Graph ordered = inside(g.value());
                out = ordered == g.value() ? out : out.with(a.getKey(), new Attribute.GraphValue(ordered));
            } else if (a.getValue() instanceof Attribute.Graphs g) {
                List<Graph> ordered = g.values().stream().map(this::inside).toList();
                out = ordered.equals(g.values()) ? out : out.with(a.getKey(), new Attribute.Graphs(ordered));
            }
        }
        return out;
    }

    private Graph inside(Graph subgraph) {
        return new Order(Optional.of(this)).ordered(subgraph);
    }
}
