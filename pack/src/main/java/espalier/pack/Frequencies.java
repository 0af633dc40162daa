package espalier.pack;

import espalier.graph.BadInputException;

/**
 * How often each symbol occurs among 2^bits.
 *
 * @param of one for each symbol of the alphabet; their sum is 2^bits, and a symbol that does not occur has 0
 */
record Frequencies(int bits, int[] of) {
    private static final int[] PRECISIONS = {6, 8, 10, 12, 14, 16};
    private static final int ORDERS = 16;
    private static final double SLACK = 1.0005;

    /**
     * The precision at which table and symbols together take fewest bits, or a lower one that takes at most a two-thousandth more: a
     * small table stays in the processor's nearest cache, where reading is a third faster.
     */
    static Frequencies best(int[] counts) {
        int used = 0;
        for (int c : counts) {
            used += c > 0 ? 1 : 0;
        }
        double least = Double.POSITIVE_INFINITY;
        Frequencies best = new Frequencies(0, new int[0]);
        for (int bits : PRECISIONS) {
            if (used <= 1 << bits) {
                Frequencies f = new Frequencies(bits, normalized(counts, 1 << bits));
                double cost = f.cost(counts);
                if (cost < least / SLACK) {
                    least = cost;
                    best = f;
                }
            }
        }
        return best;
    }

    /** Nearest frequencies of at least 1, then those changed by 1 where it costs least until the sum is right. */
    private static int[] normalized(int[] counts, int sum) {
        long n = 0;
        for (int c : counts) {
            n += c;
        }
        int[] f = new int[counts.length];
        int total = 0;
        for (int s = 0; s < f.length; s++) {
            f[s] = counts[s] == 0 ? 0 : (int) Math.max(1, Math.round((double) counts[s] * sum / n));
            total += f[s];
        }
        while (total != sum) {
            int step = total < sum ? 1 : -1;
            int best = -1;
            double least = Double.POSITIVE_INFINITY;
            for (int s = 0; s < f.length; s++) {
                if (counts[s] > 0 && f[s] + step > 0) {
                    double cost = counts[s] * Math.log((double) f[s] / (f[s] + step));
                    if (cost < least) {
                        least = cost;
                        best = s;
                    }
                }
            }
            f[best] += step;
            total += step;
        }
        return f;
    }

    private double cost(int[] counts) {
        double bitsNeeded = tableBits(order());
        for (int s = 0; s < of.length; s++) {
            bitsNeeded += counts[s] == 0 ? 0 : counts[s] * (bits - Math.log(of[s]) / Math.log(2));
        }
        return bitsNeeded;
    }

    private int order() {
        int best = 0;
        for (int k = 1; k < ORDERS; k++) {
            best = tableBits(k) < tableBits(best) ? k : best;
        }
        return best;
    }

    private long tableBits(int order) {
        long sum = 0;
        for (int f : of) {
            sum += BitSink.golombBits(f, order);
        }
        return sum;
    }

    void write(ByteSink out) {
        int order = order();
        out.u8(bits - 1 << 4 | order);
        BitSink table = new BitSink(out);
        for (int f : of) {
            table.golomb(f, order);
        }
        table.align();
    }

    static Frequencies read(ByteSource in, int alphabet) {
        int head = in.u8();
        int bits = (head >> 4) + 1;
        BitSource table = in.bits();
        int[] of = new int[alphabet];
        int left = 1 << bits;
        for (int s = 0; s < alphabet; s++) {
            of[s] = table.golomb(head & 15, left);
            left -= of[s];
        }
        if (left != 0) {
            throw new BadInputException("frequencies do not add up");
        }
        in.after(table);
        return new Frequencies(bits, of);
    }

    int[] below() {
        int[] below = new int[of.length];
        for (int s = 1; s < of.length; s++) {
            below[s] = below[s - 1] + of[s - 1];
        }
        return below;
    }

    /** The symbol of each number below 2^bits. */
    short[] symbols() {
        short[] at = new short[1 << bits];
        int from = 0;
        for (int s = 0; s < of.length; s++) {
            java.util.Arrays.fill(at, from, from + of[s], (short) s);
            from += of[s];
        }
        return at;
    }
}
