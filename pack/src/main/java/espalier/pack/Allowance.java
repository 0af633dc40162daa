package espalier.pack;

import espalier.graph.BadInputException;
import espalier.graph.DType;
import espalier.graph.Shape;

/** What the tensors of a packed file may take in memory, by the size of the file. */
final class Allowance {
    private static final long ALWAYS = 64L << 20;
    private static final long LARGEST_RATIO = 4096;
    /** Bytes besides, while a tensor is decoded: for each element its pattern, and at most a place and a label. */
    private static final int AT_WORK = 3 * Integer.BYTES;

    private long left;

    Allowance(long fileBytes) {
        left = ALWAYS + LARGEST_RATIO * fileBytes;
    }

    /**
     * @throws BadInputException when it is used up before this tensor is decoded
     */
    void take(DType dtype, Shape shape) {
        long elements = shape.elements();
        left -= dtype.bytes(elements);
        long atWork = Elements.fit(dtype, elements) ? Math.multiplyExact(AT_WORK, elements) : 0;
        if (left < atWork) {
            throw new BadInputException("it unfolds to more than 64 MB and " + LARGEST_RATIO + " times its size");
        }
    }
}
