package espalier.prune;

import espalier.config.Method;
import espalier.graph.Model;
import espalier.work.Outcome;
import espalier.work.Workbench;

/** Whole channels, neurons and heads are cut out of all layers they run through: the network becomes smaller and faster. */
@Method(key = "channels", summary = "channels, neurons and attention heads, cut out: smaller and faster")
public record Channels() implements Granularity {
    @Override
    public Outcome prune(Prune settings, Model model, Workbench bench) {
        return new ChannelPruning(settings, bench).run(model);
    }

    @Override
    public Plan plan(Prune settings, Model model, Workbench bench) {
        return new ChannelPlan(model, settings, settings.goal(), Sensitivity.UNKNOWN, bench.shapes());
    }
}
