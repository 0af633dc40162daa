package espalier.dynamic;

import espalier.graph.BadInputException;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.op.Cost;
import espalier.op.NodeCost;
import espalier.op.SymbolicShapes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Proposes where exits may go: values through which everything that follows has to pass, so that a stage hands on a single value,
 * spread evenly by multiply-adds.
 */
final class Proposals {
    private final Graph graph;
    private final SymbolicShapes shapes;
    private final Cost cost;

    /** A value and the multiply-adds before it. */
    private record Candidate(String value, long macs) {}

    private Proposals(Graph graph, SymbolicShapes shapes, Cost cost) {
        this.graph = graph;
        this.shapes = shapes;
        this.cost = cost;
    }

    static List<String> of(Model model, SymbolicShapes shapes, int count) {
        Cost cost = Cost.of(model, shapes.trace());
        return new Proposals(model.graph(), shapes, cost).spread(count);
    }

    private List<String> spread(int count) {
        List<Candidate> candidates = candidates();
        if (candidates.size() < count) {
            throw BadInputException.of(
                    "only %d places for exits are found, not %d: ask for fewer with count, or name values with at",
                    candidates.size(), count);
        }
        List<String> chosen = new ArrayList<>();
        int from = 0;
        for (int i = 1; i <= count; i++) {
            double wish = (double) cost.macs() * i / (count + 1);
            int last = candidates.size() - (count - i);
            int best = from;
            for (int c = from; c < last; c++) {
                if (Math.abs(candidates.get(c).macs() - wish)
                        < Math.abs(candidates.get(best).macs() - wish)) {
                    best = c;
                }
            }
            chosen.add(candidates.get(best).value());
            from = best + 1;
        }
        return chosen;
    }

    /** Of the values between two layers the last that is not flat yet, or the last. */
    private List<Candidate> candidates() {
        Map<String, Integer> lastUse = new HashMap<>();
        for (int i = 0; i < graph.nodes().size(); i++) {
            for (String in : graph.nodes().get(i).inputs()) {
                lastUse.put(in, i);
            }
        }
        List<Candidate> out = new ArrayList<>();
        Set<String> alive = new HashSet<>();
        graph.requiredInputs().forEach(in -> alive.add(in.name()));
        long macs = 0;
        for (int i = 0; i < graph.nodes().size(); i++) {
            Node n = graph.nodes().get(i);
            NodeCost c = cost.nodes().get(i);
            macs += c.macs();
            for (String o : n.outputs()) {
                if (!o.isEmpty() && shapes.hasRowPerSample(o)) {
                    alive.add(o);
                }
            }
            int now = i;
            alive.removeIf(v -> lastUse.getOrDefault(v, -1) <= now);
            if (alive.size() == 1 && macs > 0 && macs < cost.macs()) {
                add(out, new Candidate(alive.iterator().next(), macs));
            }
        }
        return out;
    }

    private void add(List<Candidate> out, Candidate next) {
        Candidate last = out.isEmpty() ? next : out.get(out.size() - 1);
        boolean same = !out.isEmpty() && last.macs() == next.macs();
        if (same && rank(next) < rank(last)) {
            return;
        }
        if (same) {
            out.remove(out.size() - 1);
        }
        out.add(next);
    }

    private int rank(Candidate c) {
        return shapes.trace().shape(c.value()).rank();
    }
}
