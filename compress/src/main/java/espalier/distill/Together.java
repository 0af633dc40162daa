package espalier.distill;

import espalier.graph.Attribute;
import espalier.graph.BadInputException;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Tensor;
import espalier.graph.ValueInfo;
import espalier.train.Logits;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Several networks over one input as one graph; member i's names begin with {@code mi.}.
 *
 * @param model whose outputs are the members' first outputs, in order
 * @param members as they were
 */
record Together(Model model, List<Model> members) {
    static Together of(List<Model> members) {
        Model first = members.get(0);
        List<Node> nodes = new ArrayList<>();
        Map<String, Tensor> weights = new LinkedHashMap<>();
        List<ValueInfo> outputs = new ArrayList<>();
        Map<String, Long> opsets = new TreeMap<>();
        for (int i = 0; i < members.size(); i++) {
            Model m = members.get(i);
            int number = i;
            requireFit(first, m);
            m.opsets().forEach(opsets::put);
            m.graph().nodes().forEach(n -> nodes.add(renamed(n, m.graph(), first.graph(), number)));
            m.graph().initializers().forEach((name, t) -> weights.put(prefix(number) + name, t));
            ValueInfo out = m.graph().outputs().get(0);
            outputs.add(new ValueInfo(prefix(number) + out.name(), out.type(), out.extra()));
        }
        Graph graph = new Graph(
                first.graph().name(),
                nodes,
                weights,
                first.graph().requiredInputs(),
                outputs,
                Map.of(),
                first.graph().extra());
        return new Together(
                new Model(first.irVersion(), opsets, first.producer(), graph, first.metadata(), first.extra()),
                members);
    }

    private static void requireFit(Model first, Model other) {
        if (other.opset() != first.opset()) {
            throw BadInputException.of(
                    "networks of operator sets %d and %d cannot be one file: export both alike",
                    first.opset(), other.opset());
        }
        if (first.graph().requiredInputs().size() != 1
                || other.graph().requiredInputs().size() != 1) {
            throw new BadInputException("networks with several inputs cannot share them: give networks with one input");
        }
        if (other.graph().nodes().stream().anyMatch(n -> !n.subgraphs().isEmpty())) {
            throw new BadInputException("networks with If or Loop cannot be one graph: export them without");
        }
    }

    private static String prefix(int member) {
        return "m" + member + ".";
    }

    private static Node renamed(Node n, Graph its, Graph first, int member) {
        String input = its.requiredInputs().get(0).name();
        String shared = first.requiredInputs().get(0).name();
        List<String> inputs = n.inputs().stream()
                .map(v -> v.equals(input) ? shared : v.isEmpty() ? v : prefix(member) + v)
                .toList();
        List<String> outputs = n.outputs().stream()
                .map(v -> v.isEmpty() ? v : prefix(member) + v)
                .toList();
        return n.withInputs(inputs).withOutputs(outputs).withName(n.name().isEmpty() ? "" : prefix(member) + n.name());
    }

    /** The values that hold the scores of each member. */
    List<String> outputs() {
        List<String> scores = new ArrayList<>();
        for (int i = 0; i < members.size(); i++) {
            scores.add(prefix(i) + Logits.of(members.get(i).graph()));
        }
        return scores;
    }

    /** A member with the weights it has in the trained whole. */
    Model member(int i, Model trained) {
        Model m = members.get(i);
        Map<String, Tensor> weights = new LinkedHashMap<>(m.graph().initializers());
        weights.replaceAll((name, old) -> trained.graph().initializers().getOrDefault(prefix(i) + name, old));
        return m.withGraph(m.graph().withInitializers(weights));
    }

    /**
     * One network whose output, under the name of the first member's, is the mean of the members' first outputs. A mean of
     * probabilities is given as the softmax of its logarithm, so that what reads the network later finds its scores.
     */
    static Model mean(List<Model> members) {
        Together all = of(members);
        Graph g = all.model.graph();
        Graph first = members.get(0).graph();
        ValueInfo out = first.outputs().get(0);
        List<Node> nodes = new ArrayList<>(g.nodes());
        if (Logits.endInProbabilities(first)) {
            String mean = g.freshName(out.name() + ".mean");
            String scores = g.freshName(out.name() + ".scores");
            nodes.add(Node.of("Mean", g.outputNames(), mean));
            nodes.add(Node.of("Log", List.of(mean), scores));
            nodes.add(Node.of("Softmax", List.of(scores), List.of(out.name()), Map.of("axis", Attribute.of(1))));
        } else {
            nodes.add(Node.of("Mean", g.outputNames(), out.name()));
        }
        return all.model.withGraph(g.withNodes(nodes).withOutputs(List.of(out)));
    }
}
