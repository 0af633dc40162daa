package espalier.dynamic;

import espalier.config.Nearest;
import espalier.exit.ExitPoints;
import espalier.graph.BadInputException;
import espalier.graph.DType;
import espalier.graph.Dim;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.graph.ValueInfo;
import espalier.op.SymbolicShapes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Attaches classifiers to values of a network: nodes, initializers and outputs more, everything else unchanged. While it is trained an
 * exit reads its value through a multiplication by one, so that its gradient can be told from the trunk's; {@link #finished} takes
 * that away.
 *
 * @param model the network with its exits
 * @param values where they are attached
 * @param entries what each reads in training
 * @param outputs their scores
 * @param weights names of their initializers
 * @param shares of their losses, beside the last exit's 1
 */
record ExitHeads(
        Model model,
        List<String> values,
        List<String> entries,
        List<String> outputs,
        Set<String> weights,
        List<Double> shares) {

    /**
     * @param sizes of inputs that have other free axes than the batch
     * @throws BadInputException when a value does not exist, carries no batch, or the network gives no scores
     */
    static ExitHeads attach(Model trunk, Exits how, Map<String, Shape> sizes, long seed) {
        SymbolicShapes shapes = SymbolicShapes.of(trunk, sizes);
        int classes = classes(trunk, shapes);
        List<String> at = how.at().isEmpty() ? Proposals.of(trunk, shapes, how.count()) : inOrder(trunk, how.at());
        if (!how.weights().isEmpty() && how.weights().size() != at.size()) {
            throw BadInputException.of(
                    "weights are %d for %d exits: give one for each",
                    how.weights().size(), at.size());
        }
        Graph graph = trunk.graph();
        SplittableRandom random = new SplittableRandom(seed);
        List<String> entries = new ArrayList<>();
        List<String> outputs = new ArrayList<>();
        Set<String> weights = new LinkedHashSet<>();
        for (String value : at) {
            require(graph, shapes, value);
            String exit = graph.freshName("exit" + (outputs.size() + 1));
            HeadBuilder layers = new HeadBuilder(graph, exit, trunk.opset());
            entries.add(layers.own(value));
            Shape batch = shapes.trace().shape(value);
            Shape one = Shape.of(batch.stream().skip(1).boxed().toList());
            outputs.add(how.head().attach(layers, entries.get(entries.size() - 1), one, classes, random.split()));
            weights.addAll(layers.weights().keySet());
            graph = with(graph, value, layers);
        }
        List<ValueInfo> all = new ArrayList<>(graph.outputs());
        outputs.forEach(o -> all.add(ValueInfo.of(o, DType.FLOAT, Dim.symbol("N"), Dim.of(classes))));
        return new ExitHeads(trunk.withGraph(graph.withOutputs(all)), at, entries, outputs, weights, shares(how, at));
    }

    /** As {@link Exits#weights}, which stand in the order in which values are named. */
    private static List<Double> shares(Exits how, List<String> at) {
        if (how.weights().isEmpty()) {
            return Collections.nCopies(at.size(), 1.0);
        }
        return how.at().isEmpty()
                ? how.weights()
                : at.stream()
                        .map(value -> how.weights().get(how.at().indexOf(value)))
                        .toList();
    }

    private static int classes(Model trunk, SymbolicShapes shapes) {
        String scores = trunk.graph().outputNames().get(0);
        if (!shapes.hasRowPerSample(scores) || shapes.trace().shape(scores).rank() != 2) {
            throw BadInputException.of(
                    "output '%s' is %s, but exits need a classifier that gives [N,classes]",
                    scores, shapes.text(scores));
        }
        return Math.toIntExact(shapes.trace().shape(scores).dim(1));
    }

    private static List<String> inOrder(Model trunk, List<String> at) {
        List<String> names = trunk.graph().valueNames();
        Set<String> seen = new HashSet<>();
        for (String value : at) {
            if (!names.contains(value)) {
                throw new BadInputException(
                        "the network has no value '" + value + "' to attach an exit to" + Nearest.hint(value, names));
            }
            if (!seen.add(value)) {
                throw BadInputException.of("an exit at '%s' is asked for twice: name each value once", value);
            }
        }
        List<String> sorted = new ArrayList<>(at);
        sorted.sort(java.util.Comparator.comparingInt(names::indexOf));
        return sorted;
    }

    private static void require(Graph graph, SymbolicShapes shapes, String value) {
        if (graph.constant(value).isPresent() || !shapes.hasRowPerSample(value)) {
            throw BadInputException.of(
                    "an exit cannot be attached to '%s' %s: it carries no batch, choose the output of a layer",
                    value, shapes.text(value));
        }
        if (shapes.trace().dtype(value) != DType.FLOAT
                || shapes.trace().shape(value).rank() > 4
                || shapes.trace().shape(value).rank() < 2) {
            throw BadInputException.of(
                    "an exit cannot be attached to '%s' %s: it takes float images [N,C,H,W], sequences [N,T,C] and"
                            + " vectors [N,C]",
                    value, shapes.text(value));
        }
    }

    /** The head's nodes stand right behind what they read, so that a run in the graph's order meets exits in theirs. */
    private static Graph with(Graph graph, String value, HeadBuilder layers) {
        List<Node> nodes = new ArrayList<>(graph.nodes());
        int at = 0;
        for (int i = 0; i < nodes.size(); i++) {
            at = nodes.get(i).outputs().contains(value) ? i + 1 : at;
        }
        nodes.addAll(at, layers.nodes());
        return graph.withNodes(nodes).plusInitializers(layers.weights());
    }

    /** The model with exits that read their values themselves, and with what it says of them. */
    Model finished(Model trained, Exits how) {
        Map<String, String> back = new LinkedHashMap<>();
        for (int i = 0; i < entries.size(); i++) {
            back.put(entries.get(i), values.get(i));
        }
        List<Node> nodes = new ArrayList<>();
        for (Node n : trained.graph().nodes()) {
            if (!back.containsKey(n.output(0))) {
                nodes.add(n.withInputs(
                        n.inputs().stream().map(in -> back.getOrDefault(in, in)).toList()));
            }
        }
        Map<String, Tensor> left = new LinkedHashMap<>(trained.graph().initializers());
        left.keySet()
                .removeIf(name -> weights.contains(name)
                        && nodes.stream().noneMatch(n -> n.inputs().contains(name)));
        Model plain = trained.withGraph(trained.graph().withNodes(nodes).withInitializers(left));
        return points(how).into(plain);
    }

    ExitPoints points(Exits how) {
        return new ExitPoints(
                values,
                outputs,
                how.rule(),
                Collections.nCopies(values.size(), how.rule().never()));
    }
}
