package espalier.prune;

/** From where retraining starts after a cut. */
public enum Rewind {
    /** From the weights as they are, with the settings of the retraining. */
    NONE,
    /**
     * From the weights as they are, with the schedule of the original training: Renda, Frankle, Carbin: Comparing Rewinding and
     * Fine-tuning in Neural Network Pruning, 2020, arXiv:2003.02389.
     */
    LEARNING_RATE,
    /**
     * From the initial weights, with the schedule of the original training: Frankle, Carbin: The Lottery Ticket Hypothesis, 2019,
     * arXiv:1803.03635.
     */
    WEIGHTS
}
