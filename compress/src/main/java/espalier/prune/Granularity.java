package espalier.prune;

import espalier.channel.ChannelGroup;
import espalier.channel.ChannelGroups;
import espalier.graph.Model;
import espalier.work.Outcome;
import espalier.work.Workbench;

/** What is removed as one. */
public sealed interface Granularity permits Channels, Heads, SingleWeights, NofM, Blocks {
    /** Prunes a network that is ready for training. */
    Outcome prune(Prune settings, Model model, Workbench bench);

    /** Whether a channel group, one of all those of a model, is of this kind. */
    default boolean takes(Model model, ChannelGroups all, ChannelGroup group) {
        return true;
    }

    /** What is said of a model without anything of this kind. */
    default String lacking() {
        return "no layer of this model can lose channels: see espalier inspect --groups";
    }

    /** What would go of a network, for a sensitivity analysis. */
    Plan plan(Prune settings, Model model, Workbench bench);
}
