package espalier.train;

/** Which weights a run ends with: the last ones, or an average over the way. */
public sealed interface Averaging permits NoAveraging, Ema, Swa {
    /**
     * Whether the weights after a step go into the average.
     *
     * @param step from 0
     * @param steps in the whole run
     * @param stepsPerEpoch in one pass over the data
     */
    boolean takes(long step, long steps, long stepsPerEpoch);

    /**
     * The share of the new weights in the average.
     *
     * @param taken how many went in before; with 0 the answer is 1
     */
    double share(long taken);

    /** Whether batch norm statistics have to be measured again for the average. */
    boolean recalibrates();
}
