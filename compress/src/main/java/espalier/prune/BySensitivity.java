package espalier.prune;

import espalier.config.Key;
import espalier.config.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Layers that bear it lose more: of every layer as much goes as costs the same drop, and the drop is the smallest with which the
 * wanted share of all units goes. Li et al., 2017, arXiv:1608.08710, section 3.2, choose ratios per layer in this way by hand.
 *
 * @param file of an analysis made by {@code espalier sensitivity}; empty makes one as part of the step
 */
@Method(
        key = "sensitivity",
        summary = "by how sensitive each layer is: the same drop everywhere, from an analysis",
        paper = "Li et al.: Pruning Filters for Efficient ConvNets, 2017, arXiv:1608.08710")
public record BySensitivity(
        @Key("file made by espalier sensitivity; empty analyses the network first")
        String file) implements Selection {
    /** Halvings of the tolerated drop: finer than any measured accuracy. */
    private static final int HALVINGS = 30;

    public BySensitivity() {
        this("");
    }

    @Override
    public double[] kept(List<Scored> layers, double ratio) {
        double wanted =
                ratio * layers.stream().mapToDouble(l -> l.scores().length).sum();
        double low = 0;
        double high = 1;
        for (int i = 0; i < HALVINGS; i++) {
            double drop = (low + high) / 2;
            if (sum(removed(layers, drop)) < wanted) {
                low = drop;
            } else {
                high = drop;
            }
        }
        return between(layers, removed(layers, low), removed(layers, high), wanted);
    }

    /** Where a curve is flat, much goes at one and the same drop: of that only as much as is wanted. */
    private static double[] between(List<Scored> layers, double[] mild, double[] harsh, double wanted) {
        double[] least = sum(mild) < wanted ? mild : new double[mild.length];
        double step = sum(harsh) - sum(least);
        double part = step > 0 ? Math.min(1, (wanted - sum(least)) / step) : 1;
        double[] kept = new double[least.length];
        for (int i = 0; i < kept.length; i++) {
            kept[i] = layers.get(i).scores().length - least[i] - part * (harsh[i] - least[i]);
        }
        return kept;
    }

    private static double[] removed(List<Scored> layers, double drop) {
        return layers.stream()
                .mapToDouble(l -> l.scores().length * l.curve().ratioFor(drop))
                .toArray();
    }

    private static double sum(double[] values) {
        return Arrays.stream(values).sum();
    }

    @Override
    public Optional<String> sensitivity() {
        return Optional.of(file);
    }
}
