package espalier.prune;

import espalier.channel.ChannelGroup;
import espalier.graph.Model;
import espalier.work.Outcome;
import espalier.work.Workbench;

/** What is removed as one. */
public sealed interface Granularity permits Channels, Heads, SingleWeights, NofM, Blocks {
    /** Prunes a network that is ready for training. */
    Outcome prune(Prune settings, Model model, Workbench bench);

    /** Whether a channel group is of this kind. */
    default boolean takes(ChannelGroup group) {
        return true;
    }

    /** What would go of a network, for a sensitivity analysis. */
    Plan plan(Prune settings, Model model, Workbench bench);
}
