package espalier.prune;

import espalier.graph.Model;
import espalier.graph.Tensor;
import java.util.Locale;

/**
 * What zeros among the weights are good for.
 *
 * @param weights number of weights in matrices and filters
 * @param nonZero how many of them are not zero
 * @param sparseBytes size of a file that stores the non-zero ones, each with the gap to the one before in a byte, or a bit for each
 *     weight, whichever is smaller; everything else is stored as it is
 */
record Sparsity(long weights, long nonZero, long sparseBytes) {
    private static final int BITS_PER_BYTE = 8;

    static Sparsity of(Model model) {
        long weights = 0;
        long nonZero = 0;
        long bytes = 0;
        for (Tensor t : model.graph().initializers().values()) {
            if (t.dtype().isFloating() && t.shape().rank() > 1) {
                long kept = Math.round(Masks.kept(t.toFloats()) * t.elements());
                weights += t.elements();
                nonZero += kept;
                int each = t.dtype().bits() / BITS_PER_BYTE;
                long sparse = kept * each + Math.min(kept, (t.elements() + BITS_PER_BYTE - 1) / BITS_PER_BYTE);
                bytes += Math.min(t.bytes(), sparse);
            } else {
                bytes += t.bytes();
            }
        }
        return new Sparsity(weights, nonZero, bytes);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%.1f %% of the weights are zero; that alone is not faster, since zeros are computed like other numbers; a sparse file"
                        + " would take %,d bytes",
                100.0 * (weights - nonZero) / Math.max(1, weights),
                sparseBytes);
    }
}
