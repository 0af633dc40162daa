package espalier.torch;

/** How a program runs: operators that learn from the batch or add noise behave differently while training. */
public enum Mode {
    /** Batch normalisation uses its running statistics, dropout passes everything. */
    EVAL,
    /** Batch normalisation uses the batch's statistics and updates the running ones, dropout is active. */
    TRAIN
}
