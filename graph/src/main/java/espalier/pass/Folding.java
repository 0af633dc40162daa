package espalier.pass;

import espalier.graph.BadInputException;
import espalier.graph.DType;
import espalier.graph.Edges;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Tensor;
import espalier.op.InputShapes;
import espalier.op.Trace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A graph while its layers take in what follows them. What is said of readers is said of the graph as it was. */
final class Folding {
    private final Model model;
    private final Graph graph;
    private final Map<String, Node> nodes = new LinkedHashMap<>();
    private final Map<String, String> places = new HashMap<>();
    private final Map<String, Tensor> initializers;
    private @Nullable Trace trace;

    Folding(Model model) {
        this.model = model;
        this.graph = model.graph();
        this.initializers = new LinkedHashMap<>(graph.initializers());
        for (Node n : graph.nodes()) {
            nodes.put(n.id(), n);
            n.outputs().forEach(o -> places.put(o, n.id()));
        }
    }

    Model model() {
        return Passes.afterRewriting()
                .apply(model.withGraph(
                        graph.withNodes(new ArrayList<>(nodes.values())).withInitializers(initializers)));
    }

    /** The node that makes a value now. */
    Optional<Node> maker(String value) {
        return Optional.ofNullable(nodes.get(places.getOrDefault(value, "")));
    }

    void replace(Node old, Node now) {
        String place = places.get(old.id());
        nodes.put(place, now);
        now.outputs().forEach(o -> places.put(o, place));
    }

    void remove(Node node) {
        nodes.remove(node.id());
    }

    boolean isReadOnce(String value) {
        List<Edges.Use> uses = graph.edges().uses(value);
        return uses.size() == 1
                && !uses.get(0).isCapture()
                && !graph.outputNames().contains(value);
    }

    /** A weight that may be changed. */
    Optional<Tensor> own(String name) {
        return Optional.ofNullable(initializers.get(name))
                .filter(t -> t.dtype() == DType.FLOAT || t.dtype() == DType.DOUBLE)
                .filter(t -> t.shape().rank() > 1 && t.elements() > 0)
                .filter(t -> isReadOnce(name) && !Affine.isReplaceable(name, graph));
    }

    Tensor initializer(String name) {
        return java.util.Objects.requireNonNull(initializers.get(name), name);
    }

    void put(String name, Tensor weight) {
        initializers.put(name, weight);
    }

    /** One element, or one for each channel; a zero where there is no bias, nothing where it has another form. */
    Optional<double[]> bias(String name, Affine affine) {
        if (name.isEmpty()) {
            return Optional.of(new double[] {0});
        }
        return Optional.ofNullable(initializers.get(name))
                .filter(t -> t.dtype().isFloating() && t.shape().rank() <= 2 && !Affine.isReplaceable(name, graph))
                .filter(t -> t.elements() == 1
                        || (t.elements() == affine.channels() && t.shape().dim(-1) == t.elements()))
                .map(Affine::doubles);
    }

    /** A layer that reads a new bias, under the old one's name if that was its own. */
    Node withBias(Node layer, int input, Tensor bias) {
        String name = layer.input(input);
        if (name.isEmpty() || !isReadOnce(name)) {
            String wish = (layer.name().isEmpty() ? layer.id() : layer.name()) + ".bias";
            name = graph.freshName(wish);
            for (int i = 2; initializers.containsKey(name); i++) {
                name = graph.freshName(wish + "_" + i);
            }
        }
        initializers.put(name, bias);
        return layer.withInput(input, name);
    }

    boolean isMatrix(String value) {
        if (trace == null) {
            trace = trace(model);
        }
        return trace.knows(value) && trace.shape(value).rank() == 2;
    }

    /** Without sizes for the inputs nothing is known. */
    private static Trace trace(Model model) {
        try {
            return Trace.of(model, InputShapes.of(model, 1, Map.of()));
        } catch (BadInputException e) {
            return Trace.of(model.withGraph(model.graph().withNodes(List.of())), Map.of());
        }
    }
}
