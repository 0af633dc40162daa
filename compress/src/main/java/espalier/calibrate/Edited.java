package espalier.calibrate;

import espalier.graph.DType;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A model some of whose constants are replaced. A constant that others read as well is replaced for one reader only. */
final class Edited {
    private final Model model;
    private final Graph graph;
    private final Map<String, Node> nodes = new LinkedHashMap<>();
    private final Map<String, Tensor> initializers;

    Edited(Model model) {
        this.model = model;
        this.graph = model.graph();
        this.initializers = new LinkedHashMap<>(graph.initializers());
        graph.nodes().forEach(n -> nodes.put(n.id(), n));
    }

    Model model() {
        return model.withGraph(graph.withNodes(new ArrayList<>(nodes.values())).withInitializers(initializers));
    }

    private Node node(String id) {
        return Named.in(nodes, id);
    }

    /** A constant of a node, in the shape and type it has if it has as many elements, else a vector. */
    void put(String node, int input, double[] values) {
        String name = node(node).input(input);
        Tensor old = graph.constant(name).orElseThrow(() -> new IllegalStateException(name + " is not a constant"));
        Shape shape = old.elements() == values.length ? old.shape() : Shape.of(values.length);
        Tensor now = Doubles.tensor(old.dtype(), shape, values);
        if (initializers.containsKey(name) && graph.edges().uses(name).size() == 1) {
            initializers.put(name, now);
        } else {
            putNew(node, input, name, now);
        }
    }

    /** A constant that the node had not. */
    void putNew(String node, int input, String wish, DType type, double[] values) {
        putNew(node, input, wish, Doubles.vector(type, values));
    }

    private void putNew(String node, int input, String wish, Tensor now) {
        String name = fresh(wish);
        initializers.put(name, now);
        nodes.put(node, node(node).withInput(input, name));
    }

    /** Adds a constant to a node's output, which keeps its name. */
    void addTo(String node, String wish, DType type, double[] values) {
        Node n = node(node);
        String bias = fresh(wish);
        initializers.put(bias, Doubles.vector(type, values));
        String before = fresh(node + ".without_bias");
        List<Node> all = new ArrayList<>(nodes.values());
        int at = all.indexOf(n);
        all.set(at, n.withOutputs(List.of(before)));
        all.add(at + 1, Node.of("Add", List.of(before, bias), n.output(0)));
        nodes.clear();
        all.forEach(m -> nodes.put(m.id(), m));
    }

    private String fresh(String wish) {
        String name = graph.freshName(wish);
        for (int i = 2; initializers.containsKey(name); i++) {
            name = graph.freshName(wish + "_" + i);
        }
        return name;
    }
}
