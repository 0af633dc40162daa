package espalier.factorize;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What splitting a layer does.
 *
 * @param layer its name
 * @param ranks of the chain
 * @param weights before
 * @param weightsAfter of the chain
 * @param macs multiply-adds before
 * @param macsAfter of the chain
 * @param error |W - W'| / |W| before anything is mended, both weighted by the inputs where data were looked at
 */
public record Gain(
        String layer, List<Integer> ranks, long weights, long weightsAfter, long macs, long macsAfter, double error) {
    static Gain of(Split s, Trial trial) {
        return new Gain(
                s.target().name(),
                s.ranks(),
                s.target().tensor().elements(),
                s.weights(),
                trial.macs(s.target()),
                trial.macs(s),
                s.error());
    }

    /** {@code 12/8}. */
    public String rank() {
        return ranks.stream().map(r -> Integer.toString(r)).collect(Collectors.joining("/"));
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s: rank %s, %d -> %d weights, %d -> %d multiply-adds, error %.3f",
                layer,
                rank(),
                weights,
                weightsAfter,
                macs,
                macsAfter,
                error);
    }
}
