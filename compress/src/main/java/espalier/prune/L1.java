package espalier.prune;

import espalier.channel.ChannelGroup;
import espalier.config.Method;
import java.util.List;

/**
 * L1 norm of the filters. Li, Kadav, Durdanovic, Samet, Graf: Pruning Filters for Efficient ConvNets, ICLR 2017, arXiv:1608.08710.
 *
 * <p>s_j = sum |F_ij| over the weights of filter j (section 3.1). Where several layers make the same channels, as the ends of
 * residual blocks do, their sums are added; biases and normalization do not count. A single weight is worth its magnitude: Han,
 * Pool, Tran, Dally: Learning both Weights and Connections, 2015, arXiv:1506.02626.
 */
@Method(
        key = "l1",
        summary = "sum of the absolute weights of the filters that make the channel; magnitude of a single weight",
        paper = "Li et al.: Pruning Filters for Efficient ConvNets, 2017, arXiv:1608.08710")
public record L1() implements Importance {
    @Override
    public List<double[]> ofUnits(List<ChannelGroup> groups, Evidence evidence) {
        return groups.stream().map(g -> Norms.sums(g, evidence, Math::abs)).toList();
    }

    @Override
    public List<double[]> ofWeights(List<String> initializers, Evidence evidence) {
        return initializers.stream()
                .map(w -> Norms.map(evidence.weights(w), Math::abs))
                .toList();
    }

    @Override
    public boolean isNorm() {
        return true;
    }
}
