package espalier.prune;

import espalier.channel.ChannelGroup;
import java.util.function.Function;

/** How much each unit of a channel group matters. */
public sealed interface Importance permits L1 {
    /**
     * One score per unit of the group, in their order; the smallest matters least.
     *
     * @param weights elements of an initializer in row-major order, by name
     */
    double[] scores(ChannelGroup group, Function<String, float[]> weights);
}
