package espalier.op;

import espalier.graph.BadInputException;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Work and memory of one run of a graph at the shapes of a trace. A constant that several nodes use counts once, at the first of
 * them.
 *
 * @param nodes in the order of the graph
 * @param constants initializers and {@code Constant} tensors, in the order of the file, then of the graph
 * @param peakActivationBytes most bytes alive at once, weights excluded, when the nodes run in order, every value is freed after its
 *     last use and nothing is computed in place
 */
public record Cost(List<NodeCost> nodes, List<ConstantCost> constants, long peakActivationBytes) {
    public Cost {
        nodes = List.copyOf(nodes);
        constants = List.copyOf(constants);
    }

    /** The cost at the shapes of {@code trace}; nodes of unknown shapes cost nothing and are listed by {@link #unknown}. */
    public static Cost of(Model model, Trace trace) {
        Graph g = model.graph();
        Map<String, Tensor> stored = stored(g);
        Map<String, Node> users = WeightPositions.of(g, stored);
        List<ConstantCost> constants = new ArrayList<>();
        Map<Node, long[]> owned = new java.util.IdentityHashMap<>();
        stored.forEach((name, t) -> {
            Node user = users.get(name);
            constants.add(new ConstantCost(name, t.elements(), t.bytes(), user != null));
            if (user != null) {
                long[] sum = owned.computeIfAbsent(user, n -> new long[2]);
                sum[0] += t.elements();
                sum[1] += t.bytes();
            }
        });
        List<NodeCost> nodes = new ArrayList<>();
        for (Node n : g.nodes()) {
            nodes.add(cost(n, trace, owned.getOrDefault(n, new long[2])));
        }
        return new Cost(nodes, constants, PeakMemory.bytes(g, trace));
    }

    private static Map<String, Tensor> stored(Graph g) {
        Map<String, Tensor> all = new LinkedHashMap<>(g.initializers());
        for (Node n : g.nodes()) {
            if (n.is("Constant")) {
                n.tensorAttr("value").ifPresent(t -> all.put(n.output(0), t));
            }
        }
        return all;
    }

    private static NodeCost cost(Node node, Trace trace, long[] owned) {
        long outputs = 0;
        boolean known = true;
        for (String o : node.outputs()) {
            outputs += trace.type(o).map(TensorType::bytes).orElse(0L);
            known &= o.isEmpty() || trace.knows(o);
        }
        long macs = 0;
        try {
            macs = trace.isHost(node) ? 0 : Macs.of(trace.site(node));
        } catch (NotKnown e) {
            known = false;
        } catch (ArithmeticException e) {
            throw new BadInputException(node.label() + ": more multiply-adds than can be counted", e);
        }
        return new NodeCost(node, macs, owned[0], owned[1], outputs, known);
    }

    public long macs() {
        return nodes.stream().mapToLong(NodeCost::macs).sum();
    }

    /** Learned weights. */
    public long parameters() {
        return constants.stream()
                .filter(ConstantCost::isParameter)
                .mapToLong(ConstantCost::elements)
                .sum();
    }

    /** Bytes of all constants the file holds, learned or not. */
    public long constantBytes() {
        return constants.stream().mapToLong(ConstantCost::bytes).sum();
    }

    /** Nodes whose shapes are not known. */
    public List<Node> unknown() {
        return nodes.stream().filter(n -> !n.isKnown()).map(NodeCost::node).toList();
    }
}
