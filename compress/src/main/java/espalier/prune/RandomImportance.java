package espalier.prune;

import espalier.channel.ChannelGroup;
import espalier.config.Method;
import java.util.List;
import java.util.SplittableRandom;

/** Worth by chance: the control against which any other importance must prove itself. */
@Method(key = "random", summary = "by chance: the control for the others")
public record RandomImportance() implements Importance {
    @Override
    public List<double[]> ofUnits(List<ChannelGroup> groups, Evidence evidence) {
        return groups.stream()
                .map(g -> drawn(g.size(), g.name(), evidence.seed()))
                .toList();
    }

    @Override
    public List<double[]> ofWeights(List<String> initializers, Evidence evidence) {
        return initializers.stream()
                .map(w -> drawn(evidence.weights(w).length, w, evidence.seed()))
                .toList();
    }

    /** The name takes part, so that the order of layers does not matter. */
    private static double[] drawn(int size, String name, long seed) {
        return new SplittableRandom(31 * seed + name.hashCode()).doubles(size).toArray();
    }
}
