package espalier.exit;

import java.util.List;

/** How an exit tells whether its answer is good enough. A measure is never negative; a threshold is in the measure's own unit. */
public sealed interface ExitRule permits Entropy, MaxProbability, Margin, Patience {
    /**
     * How sure the newest exit is about a sample.
     *
     * @param passed class probabilities at the exits passed so far, at least one, the newest last
     */
    double measure(List<float[]> passed);

    /** Whether a small measure is a sure one. */
    default boolean isLowSure() {
        return false;
    }

    /** Whether all exits have the same threshold. */
    default boolean isThresholdShared() {
        return false;
    }

    /** Whether a sample with this measure leaves. */
    default boolean leaves(double measure, double threshold) {
        return isLowSure() ? measure <= threshold : measure >= threshold;
    }

    /** The threshold at which every sample leaves. */
    default double always() {
        return isLowSure() ? Double.MAX_VALUE : 0;
    }

    /** The threshold at which no sample leaves. */
    default double never() {
        return isLowSure() ? -1 : Double.MAX_VALUE;
    }
}
