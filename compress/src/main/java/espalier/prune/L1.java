package espalier.prune;

import espalier.channel.ChannelGroup;
import espalier.channel.Role;
import espalier.channel.Slot;
import espalier.config.Method;
import java.util.function.Function;

/**
 * L1 norm of the filters. Li, Kadav, Durdanovic, Samet, Graf: Pruning Filters for Efficient ConvNets, ICLR 2017, arXiv:1608.08710.
 *
 * <p>s_j = sum |F_ij| over the weights of filter j (section 3.1). Where several layers make the same channels, as the ends of
 * residual blocks do, their sums are added; biases and normalization do not count.
 */
@Method(
        key = "l1",
        summary = "sum of the absolute weights of the filters that make the channel",
        paper = "Li et al.: Pruning Filters for Efficient ConvNets, 2017, arXiv:1608.08710")
public record L1() implements Importance {
    @Override
    public double[] scores(ChannelGroup group, Function<String, float[]> weights) {
        double[] scores = new double[group.size()];
        for (Slot filters : group.slots(Role.PRODUCER)) {
            if (filters.view().rank() > 1) {
                double[] sums = filters.sums(group, weights.apply(filters.initializer()), Math::abs);
                for (int u = 0; u < scores.length; u++) {
                    scores[u] += sums[u];
                }
            }
        }
        return scores;
    }
}
