package espalier.prune;

import espalier.channel.ChannelGroup;
import espalier.config.Method;
import espalier.graph.Model;
import espalier.work.Outcome;
import espalier.work.Workbench;
import java.util.Arrays;

/**
 * Attention heads, and nothing else. Michel, Levy, Neubig: Are Sixteen Heads Really Better than One?, 2019, arXiv:1905.10650. A head
 * takes several channels of each of its layers along.
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
    public boolean takes(ChannelGroup group) {
        return Arrays.stream(group.channels()).allMatch(c -> c > 1);
    }

    @Override
    public Plan plan(Prune settings, Model model, Workbench bench) {
        return new Channels().plan(settings, model, bench);
    }
}
