package espalier.onnx;

/** Where the weights of a model that is written go. */
public enum Weights {
    /** Into the file of the model, unless it would then be larger than the 2 GiB that the format allows. */
    INSIDE,
    /** Into one file beside it, {@code NAME.onnx.data}. */
    BESIDE
}
