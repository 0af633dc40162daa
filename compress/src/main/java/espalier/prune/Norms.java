package espalier.prune;

import espalier.channel.ChannelGroup;
import espalier.channel.Role;
import espalier.channel.Slot;
import java.util.List;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Collectors;

/** Sums over the filters that make a unit. */
final class Norms {
    private Norms() {}

    /**
     * The weights that make a group's units. Biases and normalization do not count; where several layers make the same channels, as
     * the ends of residual blocks do, all of them count.
     */
    static List<Slot> filters(ChannelGroup group) {
        Set<String> weights =
                group.origins().stream().map(ChannelGroup.Origin::weight).collect(Collectors.toSet());
        return group.slots(Role.PRODUCER).stream()
                .filter(s -> weights.contains(s.initializer()))
                .toList();
    }

    /** The sum of {@code f} over the filters of each unit. */
    static double[] sums(ChannelGroup group, Evidence evidence, DoubleUnaryOperator f) {
        double[] sums = new double[group.size()];
        for (Slot s : filters(group)) {
            add(sums, s.sums(group, evidence.weights(s.initializer()), f));
        }
        return sums;
    }

    static void add(double[] to, double[] more) {
        for (int u = 0; u < to.length; u++) {
            to[u] += more[u];
        }
    }

    static double[] map(float[] weights, DoubleUnaryOperator f) {
        double[] out = new double[weights.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = f.applyAsDouble(weights[i]);
        }
        return out;
    }
}
