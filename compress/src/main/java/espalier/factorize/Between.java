package espalier.factorize;

/** What stands between the layers of a chain. */
public enum Between {
    /** Nothing. */
    NOTHING,
    /** Batch norm, which changes nothing at first and is merged again after training. */
    NORM,
    /** Batch norm, which stays, and a ReLU, as in the mobile networks. */
    NORM_RELU
}
