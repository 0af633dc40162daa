package espalier.torch;

import espalier.graph.BadInputException;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Shape;
import espalier.op.Trace;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;

/** Makes plans: picks the nodes that are needed, binds them to shapes, numbers the values and finds their last uses. */
final class Planner {
    private final Model model;
    private final Weights weights;
    private final Precision precision;
    private final Mode mode;
    private final Trace trace;
    private final Map<String, Integer> slots = new HashMap<>();
    private final Map<String, Integer> entries = new LinkedHashMap<>();
    private final Map<Integer, Tensor> constants = new HashMap<>();
    private final List<Pointer> kept = new ArrayList<>();
    private final Set<String> spent = new HashSet<>();
    private final Set<String> read = new HashSet<>();

    /** Operators that always make a new tensor and whose gradient does not look at it. */
    private static final Set<String> LEAVE_THEIR_RESULT = Set.of("Conv", "BatchNormalization", "Add");

    /**
     * @param model with the contents of shape-giving inputs as initializers
     * @param shapes of the other inputs
     */
    Planner(Model model, Weights weights, Precision precision, Mode mode, Map<String, Shape> shapes) {
        this.model = model;
        this.weights = weights;
        this.precision = precision;
        this.mode = mode;
        this.trace = Trace.of(model, shapes);
    }

    Plan plan(Collection<String> wanted) {
        try (PointerScope scope = new PointerScope();
                AutoGradMode noGrad = new AutoGradMode(false)) {
            List<Node> nodes = needed(wanted);
            findSpent(nodes, wanted);
            read.addAll(wanted);
            nodes.forEach(n -> read.addAll(n.inputs()));
            read.remove("");
            List<Plan.Bound> steps = new ArrayList<>();
            for (Node n : nodes) {
                steps.add(bind(n));
            }
            Map<String, Integer> results = new LinkedHashMap<>();
            wanted.forEach(v -> results.put(v, slot(v)));
            return new Plan(slots.size(), entries, constants, freeing(steps, results), results, kept);
        }
    }

    /** Whether a value is the same in every run, weights left aside. */
    private boolean isConstant(String value) {
        return trace.constant(value).isPresent() && !weights.learned().contains(value);
    }

    private List<Node> needed(Collection<String> wanted) {
        Set<String> open = new HashSet<>(wanted);
        List<Node> found = new ArrayList<>();
        List<Node> nodes = model.graph().nodes();
        for (int i = nodes.size() - 1; i >= 0; i--) {
            Node n = nodes.get(i);
            if (n.outputs().stream().anyMatch(o -> open.contains(o) && !isConstant(o) && !isEntry(o))) {
                found.add(0, n);
                open.addAll(n.inputs());
            }
        }
        return found;
    }

    private void findSpent(List<Node> nodes, Collection<String> wanted) {
        Map<String, Integer> uses = new HashMap<>();
        nodes.forEach(n -> n.inputs().forEach(v -> uses.merge(v, 1, Integer::sum)));
        for (Node n : nodes) {
            String made = n.output(0);
            if (LEAVE_THEIR_RESULT.contains(n.opType()) && uses.getOrDefault(made, 0) == 1 && !wanted.contains(made)) {
                spent.add(made);
            }
        }
    }

    private boolean isEntry(String value) {
        return weights.parameters().contains(value) || weights.buffers().contains(value);
    }

    private Plan.Bound bind(Node node) {
        Site site = new Site(
                node,
                model.opset(),
                trace,
                mode,
                precision,
                weights.learned()::contains,
                spent::contains,
                read::contains);
        Kernel kernel = Kernels.of(node, model.opset())
                .orElseThrow(() -> BadInputException.of("%s: operator %s", node.label(), node.qualifiedType()));
        Step step = kernel.bind(site);
        kept.addAll(site.kept());
        List<Integer> shaping = Roles.shaping(node);
        int[] in = new int[node.inputs().size()];
        for (int i = 0; i < in.length; i++) {
            in[i] = node.hasInput(i) && !shaping.contains(i) ? slot(node.input(i)) : -1;
        }
        int[] out = new int[node.outputs().size()];
        for (int i = 0; i < out.length; i++) {
            out[i] = node.output(i).isEmpty() ? -1 : slot(node.output(i));
        }
        return new Plan.Bound(node.label(), step, in, out, new int[0]);
    }

    private int slot(String value) {
        Integer known = slots.get(value);
        if (known != null) {
            return known;
        }
        int slot = slots.size();
        slots.put(value, slot);
        Graph g = model.graph();
        if (isEntry(value)) {
            entries.put(value, slot);
        } else if (isConstant(value)) {
            espalier.graph.Tensor host = trace.constant(value).orElseThrow();
            Tensor t = Tensors.of(host, precision.carrier(Tensors.exact(host.dtype())));
            t.retainReference();
            kept.add(t);
            constants.put(slot, t);
        } else if (g.edges().producer(value).isEmpty()) {
            entries.put(value, slot);
        }
        return slot;
    }

    /** Every step-made value is let go after the last step that reads it, at once if none does. */
    private List<Plan.Bound> freeing(List<Plan.Bound> steps, Map<String, Integer> results) {
        Set<Integer> stays = new HashSet<>(results.values());
        stays.addAll(entries.values());
        stays.addAll(constants.keySet());
        List<Plan.Bound> out = new ArrayList<>();
        for (int i = steps.size() - 1; i >= 0; i--) {
            Plan.Bound b = steps.get(i);
            List<Integer> last = new ArrayList<>();
            for (int[] touched : new int[][] {b.in(), b.out()}) {
                for (int slot : touched) {
                    if (slot >= 0 && stays.add(slot)) {
                        last.add(slot);
                    }
                }
            }
            int[] free = last.stream().mapToInt(Integer::intValue).toArray();
            out.add(0, new Plan.Bound(b.label(), b.step(), b.in(), b.out(), free));
        }
        return out;
    }
}
