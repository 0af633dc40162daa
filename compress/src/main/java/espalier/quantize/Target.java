package espalier.quantize;

/** For which processors weights are made. */
public enum Target {
    /**
     * Any: 7 bits, with which no sum of two products overflows 16 bits where a processor adds them up so; 255 x 64 x 2 is less than
     * 2^15.
     */
    ANY(64),
    /** Those with VNNI or with dot products of bytes, which add up in 32 bits: 8 bits. */
    VNNI(127);

    private final int high;

    Target(int high) {
        this.high = high;
    }

    /** The largest whole number of a weight. */
    int high() {
        return high;
    }
}
