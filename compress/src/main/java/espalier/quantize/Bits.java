package espalier.quantize;

/**
 * How many whole numbers there are.
 *
 * @param low the least number of a weight
 * @param high the largest
 * @param steps points of an activation's grid less one
 */
record Bits(int low, int high, int steps) {
    private static final int BYTE = 8;

    /** 8 bits, of which weights may not use all on every processor. */
    static Bits bytes(Target target) {
        return new Bits(-target.high(), target.high(), 255);
    }

    static Bits of(int weights, int activations, Target target) {
        Bits bytes = bytes(target);
        int half = 1 << (weights - 1);
        return new Bits(
                weights == BYTE ? bytes.low : -half, weights == BYTE ? bytes.high : half - 1, (1 << activations) - 1);
    }
}
