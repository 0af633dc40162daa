package espalier.pack;

/** Bits being written, each byte from its highest bit on. */
final class BitSink {
    private final ByteSink out;
    private long pending;
    private int count;

    BitSink(ByteSink out) {
        this.out = out;
    }

    /** The lowest {@code width} bits of a value, highest first; at most 32. */
    void put(long value, int width) {
        pending = pending << width | value & (1L << width) - 1;
        count += width;
        while (count >= 8) {
            count -= 8;
            out.u8((int) (pending >>> count) & 0xff);
        }
    }

    /** A number in the Exp-Golomb code of an order: n zeros, then the n + 1 + order bits of value + 2^order. */
    void golomb(int value, int order) {
        long shifted = value + (1L << order);
        int bits = 64 - Long.numberOfLeadingZeros(shifted);
        put(0, bits - 1 - order);
        put(shifted, bits);
    }

    static int golombBits(int value, int order) {
        int bits = 64 - Long.numberOfLeadingZeros(value + (1L << order));
        return 2 * bits - 1 - order;
    }

    /** Fills the last byte with zeros. */
    void align() {
        if (count > 0) {
            put(0, 8 - count);
        }
    }
}
