package espalier.bench;

/**
 * What was found out about one export. Differences are the largest over all elements, relative to the largest element.
 *
 * @param opset of the file
 * @param nodes of the file
 * @param parameters learned weights, as {@code inspect} counts them
 * @param macs multiply-adds of one image, likewise
 * @param roundTrip whether the file read, written and read again is equal and gives the same bits in ONNX Runtime
 * @param pytorch ONNX Runtime against PyTorch's outputs in the npz file
 * @param program libtorch, as the program runs it, against ONNX Runtime
 * @param learned number of parameter tensors
 * @param moved how many of them get a gradient that is finite and not all zero, in evaluation and in training mode
 * @param groups number of channel groups
 * @param groupMillis median time to find them, a first round not counted
 * @param masked masked against cut network in ONNX Runtime
 * @param control the network masked by this choice against the one cut by the opposite choice; must differ
 * @param cut what is left when the weaker half of every group is gone
 * @param latency of one image on one thread, before and after, in milliseconds
 * @param faster how many times, from blocks measured in turn
 * @param holds whether everything that must hold does
 */
record ExportRow(
        int opset,
        int nodes,
        long parameters,
        long macs,
        boolean roundTrip,
        double pytorch,
        double program,
        int learned,
        int moved,
        int groups,
        double groupMillis,
        double masked,
        double control,
        Size cut,
        Pair latency,
        double faster,
        boolean holds) {

    record Size(long parameters, long macs) {}

    record Pair(double before, double after) {}
}
