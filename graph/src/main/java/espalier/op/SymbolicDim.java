package espalier.op;

/**
 * A size as a function of the batch size N: {@code factor * N + offset}.
 *
 * @param factor 0 where the size does not depend on the batch
 * @param offset the rest
 * @param isLinear false where the size depends on the batch in another way; then the numbers mean nothing
 */
public record SymbolicDim(long factor, long offset, boolean isLinear) {
    private static final SymbolicDim OTHER = new SymbolicDim(0, 0, false);

    public static SymbolicDim fixed(long size) {
        return new SymbolicDim(0, size, true);
    }

    /** The function through three sizes seen at three batch sizes. */
    static SymbolicDim through(long[] batches, long[] sizes) {
        long steps = batches[1] - batches[0];
        long factor = (sizes[1] - sizes[0]) / steps;
        long offset = sizes[0] - factor * batches[0];
        for (int i = 0; i < sizes.length; i++) {
            if (sizes[i] != factor * batches[i] + offset) {
                return OTHER;
            }
        }
        return new SymbolicDim(factor, offset, true);
    }

    public boolean dependsOnBatch() {
        return factor != 0 || !isLinear;
    }

    /** {@code 64}, {@code N}, {@code 4*N}, {@code N+1}, or {@code ?} where it is not linear. */
    @Override
    public String toString() {
        if (!isLinear) {
            return "?";
        }
        if (factor == 0) {
            return Long.toString(offset);
        }
        String slope = factor == 1 ? "N" : factor + "*N";
        return offset == 0 ? slope : slope + (offset > 0 ? "+" : "") + offset;
    }
}
