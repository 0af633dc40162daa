package espalier.op;

import espalier.graph.Edges;
import espalier.graph.Graph;
import espalier.graph.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Bytes of activations alive while a graph runs in the order of its nodes. */
final class PeakMemory {
    private final Trace trace;
    private final Map<String, Integer> lastUse = new HashMap<>();
    private final Set<String> alive = new HashSet<>();
    private long now;
    private long peak;

    private PeakMemory(Trace trace) {
        this.trace = trace;
    }

    static long bytes(Graph graph, Trace trace) {
        PeakMemory m = new PeakMemory(trace);
        for (int i = 0; i < graph.nodes().size(); i++) {
            for (String v : reads(graph.nodes().get(i))) {
                m.lastUse.put(v, i);
            }
        }
        graph.outputNames().forEach(o -> m.lastUse.put(o, Integer.MAX_VALUE));
        graph.requiredInputs().forEach(in -> m.enter(in.name()));
        for (int i = 0; i < graph.nodes().size(); i++) {
            m.run(graph.nodes().get(i), i);
        }
        return m.peak;
    }

    private static List<String> reads(Node node) {
        List<String> all = new ArrayList<>(node.inputs());
        if (!node.subgraphs().isEmpty()) {
            all.addAll(Edges.captures(node));
        }
        return all;
    }

    private void run(Node node, int at) {
        node.outputs().forEach(this::enter);
        for (String v : reads(node)) {
            leave(v, at);
        }
        for (String v : node.outputs()) {
            leave(v, at);
        }
    }

    private void enter(String value) {
        if (trace.constant(value).isEmpty() && alive.add(value)) {
            now += size(value);
            peak = Math.max(peak, now);
        }
    }

    private void leave(String value, int at) {
        if (lastUse.getOrDefault(value, -1) <= at && alive.remove(value)) {
            now -= size(value);
        }
    }

    private long size(String value) {
        return trace.type(value).map(TensorType::bytes).orElse(0L);
    }
}
