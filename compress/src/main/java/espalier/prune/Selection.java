package espalier.prune;

import java.util.List;
import java.util.Optional;

/** How many units of each layer stay, from their scores. */
public sealed interface Selection permits PerLayer, Global, Lamp, Threshold, Deviation, BySensitivity {
    /**
     * The wanted number of kept units of each layer, not yet rounded to a width.
     *
     * @param layers their scores
     * @param ratio share of the units to remove, 0..1; selections by a threshold have their own measure and ignore it
     */
    double[] kept(List<Scored> layers, double ratio);

    /** The file with the sensitivity of the layers, for a selection that goes by it; an empty name asks for an analysis. */
    default Optional<String> sensitivity() {
        return Optional.empty();
    }

    /**
     * The same selection where only a share of it is wanted yet, above 0: a threshold is multiplied by it. What follows a ratio is given
     * that share of the ratio instead.
     */
    default Selection scaled(double share) {
        return this;
    }

    /** Whether {@link #kept} depends on its ratio, so that a goal can be met by changing it. */
    default boolean followsRatio() {
        return true;
    }
}
