package espalier.dynamic;

import espalier.channel.ChannelGroup;
import espalier.channel.ChannelGroups;
import espalier.channel.Choice;
import espalier.channel.Cut;
import espalier.graph.BadInputException;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Tensor;
import espalier.graph.ValueInfo;
import espalier.train.Logits;
import espalier.width.Widths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Several widths of one network as one graph. A narrower width keeps the first channels of each group, and cuts its weights out of the
 * widest's; its batch normalizations are its own. Its names begin with {@code wW.}, those of the widest stay.
 *
 * @param model whose outputs are the scores of the widths, the widest first
 * @param widths what it says of them
 * @param scores before a softmax, of each width
 */
record MergedWidths(Model model, Widths widths, List<String> scores) {
    /**
     * @param shares widths, 1 first
     * @throws BadInputException when no channel can go, or two widths come out the same
     */
    static MergedWidths of(Model widest, ChannelGroups groups, List<Double> shares) {
        requireOneGraph(widest, groups);
        Merging merging = new Merging(widest, groups);
        List<Choice> choices = new ArrayList<>(List.of(Choice.none(groups)));
        for (double share : shares.subList(1, shares.size())) {
            Choice choice = firstOf(groups, share);
            Choice before = choices.get(choices.size() - 1);
            if (groups.groups().stream().allMatch(g -> before.kept(g) == choice.kept(g))) {
                throw BadInputException.of(
                        "widths %s and %s keep the same channels of this network: leave one out",
                        Widths.text(shares.get(choices.size() - 1)), Widths.text(share));
            }
            choices.add(choice);
            merging.add("w" + Widths.text(share) + ".", choice);
        }
        return merging.merged(shares);
    }

    private static void requireOneGraph(Model widest, ChannelGroups groups) {
        if (groups.groups().isEmpty()) {
            throw new BadInputException(
                    "the network has no channels that can go, so it has one width only: 'inspect' says what holds them");
        }
        if (widest.graph().outputs().size() != 1) {
            throw BadInputException.of(
                    "the network has %d outputs, but only one with a single output can hold several widths",
                    widest.graph().outputs().size());
        }
        if (widest.graph().nodes().stream().anyMatch(n -> !n.subgraphs().isEmpty())) {
            throw new BadInputException("a network with If or Loop cannot hold several widths: export it without");
        }
    }

    /** What goes when only the first channels of each group, and of each of its rows, stay. */
    private static Choice firstOf(ChannelGroups groups, double share) {
        Choice choice = Choice.none(groups);
        for (ChannelGroup g : groups.groups()) {
            double[] scores = new double[g.size()];
            Arrays.setAll(scores, u -> -u);
            int kept = (int) Math.max(1, Math.round(share * g.size()));
            choice = choice.with(g, Choice.weakest(g, scores, g.size() - kept));
        }
        return choice;
    }

    /** The graph while widths are added to it. */
    private static final class Merging {
        private final Model widest;
        private final Model numbered;
        private final SharedWeights shared;
        private final Set<String> fixed = new HashSet<>();
        private final Set<String> ofNorms = new HashSet<>();
        private final List<Node> nodes = new ArrayList<>();
        private final Map<String, Tensor> initializers;
        private final List<ValueInfo> outputs;
        private final List<String> scores = new ArrayList<>();

        Merging(Model widest, ChannelGroups groups) {
            Graph graph = widest.graph();
            this.widest = widest;
            this.numbered = SharedWeights.numbered(widest, groups);
            this.shared = new SharedWeights(widest);
            this.initializers = new LinkedHashMap<>(graph.initializers());
            this.outputs = new ArrayList<>(graph.outputs());
            scores.add(Logits.of(graph));
            graph.requiredInputs().forEach(in -> fixed.add(in.name()));
            fixed.add("");
            graph.nodes().stream()
                    .filter(n -> n.is("BatchNormalization"))
                    .forEach(
                            n -> ofNorms.addAll(n.inputs().subList(1, n.inputs().size())));
        }

        void add(String prefix, Choice choice) {
            Graph cut = Cut.apply(widest, choice).graph();
            Graph numbers = Cut.apply(numbered, choice).graph();
            Set<String> common = new HashSet<>(fixed);
            cut.initializers().forEach((name, t) -> {
                Tensor whole = widest.graph().initializers().get(name);
                if (whole != null && whole.equals(t) && !ofNorms.contains(name)) {
                    common.add(name);
                } else if (whole != null && t.dtype().isFloating() && !ofNorms.contains(name)) {
                    shared.cut(
                            name, Objects.requireNonNull(numbers.initializers().get(name)), prefix + name);
                } else {
                    initializers.put(prefix + name, t);
                }
            });
            UnaryOperator<String> own = v -> common.contains(v) ? v : prefix + v;
            for (Node n : cut.nodes()) {
                nodes.add(n.withInputs(n.inputs().stream().map(own).toList())
                        .withOutputs(n.outputs().stream().map(own).toList())
                        .withName(n.name().isEmpty() ? "" : prefix + n.name()));
            }
            ValueInfo out = cut.outputs().get(0);
            outputs.add(new ValueInfo(prefix + out.name(), out.type(), out.extra()));
            scores.add(prefix + Logits.of(cut));
        }

        MergedWidths merged(List<Double> shares) {
            List<Node> all = new ArrayList<>(widest.graph().nodes());
            all.addAll(shared.nodes());
            all.addAll(nodes);
            initializers.putAll(shared.constants());
            Graph graph = widest.graph()
                    .withNodes(all)
                    .withInitializers(initializers)
                    .withOutputs(outputs)
                    .withValueInfo(Map.of());
            Widths said =
                    new Widths(shares, outputs.stream().map(ValueInfo::name).toList(), List.of());
            return new MergedWidths(said.into(widest.withGraph(graph)), said, scores);
        }
    }
}
