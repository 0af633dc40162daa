package espalier.train;

/** How the learning rate goes up and down, as a factor on the optimizer's. */
public sealed interface Schedule permits Constant, StepDecay, Cosine, OneCycle {
    /**
     * @param step from 0
     * @param steps in the whole run, at least 1
     * @return 0..1
     */
    double at(long step, long steps);

    /**
     * The schedule after a linear rise: factor 1/warmUp at step 0, the schedule's own from step {@code warmUp} on. Goyal et al.:
     * Accurate, Large Minibatch SGD, 2017, arXiv:1706.02677, section 2.2.
     */
    default double at(long step, long steps, long warmUp) {
        return step < warmUp ? (step + 1.0) / warmUp * at(0, steps) : at(step - warmUp, Math.max(1, steps - warmUp));
    }

    /** From one value to another along half a cosine; {@code share} 0..1 is how far. */
    static double anneal(double from, double to, double share) {
        return to + (from - to) / 2 * (1 + Math.cos(Math.PI * share));
    }
}
