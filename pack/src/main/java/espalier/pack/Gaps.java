package espalier.pack;

import espalier.graph.BadInputException;

/**
 * Places of a few among many, as the number of others between one and the next. A gap is written as a bucket and the bits that tell it
 * from others of its bucket: with m bits of mantissa, gaps below 2^m have a bucket each, and each doubling above is split into 2^m.
 */
final class Gaps {
    private static final int MOST_MANTISSA = 5;
    private static final int WIDEST = 31;

    private Gaps() {}

    static int[] of(int[] places) {
        int[] gaps = new int[places.length];
        int from = 0;
        for (int i = 0; i < places.length; i++) {
            gaps[i] = places[i] - from;
            from = places[i] + 1;
        }
        return gaps;
    }

    private static int bucket(int gap, int m) {
        if (gap < 1 << m) {
            return gap;
        }
        int e = 31 - Integer.numberOfLeadingZeros(gap);
        return (e - m + 1 << m) + (gap >> e - m) - (1 << m);
    }

    private static int extraBits(int bucket, int m) {
        return bucket < 1 << m ? 0 : (bucket >> m) - 1;
    }

    private static int lowest(int bucket, int m) {
        return bucket < 1 << m ? bucket : (bucket & (1 << m) - 1) + (1 << m) << (bucket >> m) - 1;
    }

    static void encode(int[] places, ByteSink out) {
        byte[] best = new byte[0];
        for (int m = 0; m <= MOST_MANTISSA; m++) {
            ByteSink trial = new ByteSink();
            encode(of(places), m, trial);
            if (m == 0 || trial.size() < best.length) {
                best = trial.toByteArray();
            }
        }
        out.bytes(best);
    }

    private static void encode(int[] gaps, int m, ByteSink out) {
        int[] buckets = new int[gaps.length];
        int largest = 0;
        for (int i = 0; i < gaps.length; i++) {
            buckets[i] = bucket(gaps[i], m);
            largest = Math.max(largest, buckets[i]);
        }
        out.u8(m);
        out.varint(largest + 1);
        Coder.encodeSmallest(buckets, largest + 1, out);
        BitSink bits = new BitSink(out);
        for (int i = 0; i < gaps.length; i++) {
            bits.put(gaps[i] - lowest(buckets[i], m), extraBits(buckets[i], m));
        }
        bits.align();
    }

    /** Rising places below {@code size}. */
    static int[] decode(ByteSource in, int count, int size) {
        int m = in.u8();
        if (m > MOST_MANTISSA) {
            throw BadInputException.of("gaps with %d bits of mantissa are not known", m);
        }
        int alphabet = in.varint(WIDEST - m + 2 << m, "an alphabet");
        if (alphabet == 0) {
            throw new BadInputException("an alphabet is empty");
        }
        int[] places = new int[count];
        Coder.decodeAny(in, alphabet, places);
        BitSource bits = in.bits();
        long from = 0;
        for (int i = 0; i < count; i++) {
            int extra = extraBits(places[i], m);
            if (extra >= WIDEST) {
                throw new BadInputException("a gap is too wide");
            }
            long place = from + ((long) lowest(places[i], m) & 0xffffffffL) + (extra == 0 ? 0 : bits.get(extra));
            if (place >= size) {
                throw BadInputException.of("place %d is outside a tensor of %d elements", place, size);
            }
            places[i] = (int) place;
            from = place + 1;
        }
        in.after(bits);
        return places;
    }

    /** Bits of places with relative indices of one width, as Deep Compression stores them: a gap too wide takes a filler. */
    static long fixedBits(int[] places, int valueBits) {
        long best = Long.MAX_VALUE;
        int[] gaps = of(places);
        for (int width = 1; width <= 16; width++) {
            long entries = 0;
            for (int g : gaps) {
                entries += 1 + (g >> width);
            }
            best = Math.min(best, entries * (width + valueBits));
        }
        return places.length == 0 ? 0 : best;
    }
}
