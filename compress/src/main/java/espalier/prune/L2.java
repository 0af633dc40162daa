package espalier.prune;

import espalier.channel.ChannelGroup;
import espalier.config.Method;
import java.util.Arrays;
import java.util.List;

/**
 * L2 norm of the filters, as in He, Kang, Dong, Fu, Yang: Soft Filter Pruning, 2018, arXiv:1808.06866, equation 2 with p = 2.
 *
 * <p>s_j = sqrt(sum F_ij^2), over the filters of all layers that make the channel. It punishes large weights more than {@link L1}.
 */
@Method(
        key = "l2",
        summary = "Euclidean norm of the filters that make the channel",
        paper = "He et al.: Soft Filter Pruning for Accelerating Deep CNNs, 2018, arXiv:1808.06866")
public record L2() implements Importance {
    @Override
    public List<double[]> ofUnits(List<ChannelGroup> groups, Evidence evidence) {
        return groups.stream()
                .map(g -> Arrays.stream(Norms.sums(g, evidence, w -> w * w))
                        .map(Math::sqrt)
                        .toArray())
                .toList();
    }

    @Override
    public List<double[]> ofWeights(List<String> initializers, Evidence evidence) {
        return new L1().ofWeights(initializers, evidence);
    }

    @Override
    public boolean isNorm() {
        return true;
    }
}
