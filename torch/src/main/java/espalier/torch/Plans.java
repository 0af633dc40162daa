package espalier.torch;

import espalier.graph.BadInputException;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Shape;
import espalier.graph.ValueInfo;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;

/**
 * The plans of a program that were used last, by mode, input shapes and wanted values. Inputs from whose contents shapes follow, as
 * the target of a Reshape, count with their contents.
 */
final class Plans implements AutoCloseable {
    private static final int KEPT = 32;
    private static final int MOST_CONTENTS = 4096;

    private final Model model;
    private final Weights weights;
    private final Precision precision;
    private final Set<String> shapeGiving;
    private final Set<String> values;
    private final Map<Signature, Plan> plans = new LinkedHashMap<>(16, 0.75f, true);

    private record Signature(
            Mode mode, Map<String, Shape> shapes, Map<String, espalier.graph.Tensor> contents, List<String> wanted) {}

    Plans(Model model, Weights weights, Precision precision) {
        this.model = model;
        this.weights = weights;
        this.precision = precision;
        this.shapeGiving = shapeGiving(model.graph());
        this.values = Set.copyOf(model.graph().valueNames());
    }

    /**
     * @param given the inputs by name
     * @param taps wanted values besides the outputs
     */
    Plan get(Map<String, Tensor> given, Mode mode, Collection<String> taps) {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        Map<String, espalier.graph.Tensor> contents = new LinkedHashMap<>();
        for (ValueInfo in : model.graph().inputs()) {
            Tensor t = given.get(in.name());
            if (t != null && shapeGiving.contains(in.name()) && t.numel() <= MOST_CONTENTS) {
                contents.put(in.name(), Tensors.toHost(t));
            } else if (t != null) {
                shapes.put(in.name(), Shape.of(Tensors.shape(t)));
            }
        }
        Set<String> wanted = new LinkedHashSet<>(model.graph().outputNames());
        wanted.addAll(taps);
        Signature key = new Signature(mode, shapes, contents, List.copyOf(wanted));
        Plan known = plans.get(key);
        return known != null ? known : remember(key, make(key));
    }

    private Plan make(Signature key) {
        for (String v : key.wanted) {
            if (!values.contains(v)) {
                throw BadInputException.of("the graph has no value '%s' to tap", v);
            }
        }
        Model concrete = model.withGraph(model.graph().plusInitializers(key.contents));
        return new Planner(concrete, weights, precision, key.mode, key.shapes).plan(key.wanted);
    }

    private Plan remember(Signature key, Plan plan) {
        if (plans.size() >= KEPT) {
            Signature oldest = plans.keySet().iterator().next();
            java.util.Objects.requireNonNull(plans.remove(oldest)).close();
        }
        plans.put(key, plan);
        return plan;
    }

    private static Set<String> shapeGiving(Graph graph) {
        Set<String> open = new HashSet<>();
        List<Node> backwards = new ArrayList<>(graph.nodes());
        java.util.Collections.reverse(backwards);
        for (Node n : backwards) {
            Roles.shaping(n).forEach(p -> open.add(n.input(p)));
            if (!Roles.readsShapeOnly(n) && n.outputs().stream().anyMatch(o -> !o.isEmpty() && open.contains(o))) {
                open.addAll(n.inputs());
            }
        }
        Set<String> inputs = new HashSet<>();
        graph.inputs().forEach(in -> inputs.add(in.name()));
        inputs.retainAll(open);
        return inputs;
    }

    @Override
    public void close() {
        plans.values().forEach(Plan::close);
        plans.clear();
    }
}
