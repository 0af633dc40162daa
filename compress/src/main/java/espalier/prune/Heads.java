package espalier.prune;

import espalier.channel.Carrier;
import espalier.channel.ChannelGroup;
import espalier.channel.ChannelGroups;
import espalier.config.Method;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.work.Outcome;
import espalier.work.Workbench;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Attention heads, and nothing else. Michel, Levy, Neubig: Are Sixteen Heads Really Better than One?, 2019, arXiv:1905.10650. A head
 * takes several channels of each of its layers along, and a product of two activations is made head by head.
 */
@Method(
        key = "heads",
        summary = "attention heads alone, cut out",
        paper = "Michel, Levy, Neubig: Are Sixteen Heads Really Better than One?, 2019, arXiv:1905.10650")
public record Heads() implements Granularity {
    @Override
    public Outcome prune(Prune settings, Model model, Workbench bench) {
        return new ChannelPruning(settings, bench).run(model);
    }

    @Override
    public boolean takes(Model model, ChannelGroups all, ChannelGroup group) {
        return takesSeveral(group) && isMultiplied(model.graph(), all.carriers(group));
    }

    private static boolean takesSeveral(ChannelGroup group) {
        return group.origins().stream()
                .allMatch(o -> Arrays.stream(group.channels(o)).allMatch(c -> c > 1));
    }

    private static boolean isMultiplied(Graph graph, List<Carrier> carriers) {
        Set<String> carrying = carriers.stream().map(Carrier::value).collect(Collectors.toSet());
        return graph.nodes().stream()
                .filter(n -> n.is("MatMul")
                        && n.inputs().stream().allMatch(i -> graph.constant(i).isEmpty()))
                .anyMatch(n -> n.inputs().stream().anyMatch(carrying::contains));
    }

    @Override
    public String lacking() {
        return "this model has no attention heads that can be cut: take granularity channels, or see espalier inspect --groups";
    }

    @Override
    public Plan plan(Prune settings, Model model, Workbench bench) {
        return new Channels().plan(settings, model, bench);
    }
}
