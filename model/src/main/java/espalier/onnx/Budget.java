package espalier.onnx;

import espalier.graph.BadInputException;

/**
 * Bounds what a file may unfold to in memory. Two bytes can stand for a node, and a node takes hundreds, so everything that is made
 * from a file is charged about what it takes; weights inside the file are slices of it and cost nothing. With the file itself the
 * whole stays below 3 x its size + 64 MB.
 */
final class Budget {
    private static final long ALWAYS = 64L << 20;

    private long left;

    Budget(long fileBytes) {
        left = 2 * fileBytes + ALWAYS;
    }

    void take(long bytes) {
        left -= bytes;
        if (left < 0) {
            throw new BadInputException(
                    "unfolds to more than 3 times its size and 64 MB: if you trust it, write it anew with its weights as raw data");
        }
    }
}
