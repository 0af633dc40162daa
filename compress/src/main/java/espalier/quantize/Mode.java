package espalier.quantize;

/** When the grids of activations are chosen. */
public enum Mode {
    /** Once, from calibration samples. */
    STATIC,
    /** For each call anew, from the values themselves; only products of matrices and embeddings. */
    DYNAMIC
}
