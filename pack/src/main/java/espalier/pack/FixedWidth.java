package espalier.pack;

import espalier.graph.BadInputException;

/** The same number of bits for every symbol: what an alphabet of 2 or 3 needs, 1 or 2, for binary and ternary weights. */
record FixedWidth() implements Coder {
    static int width(int alphabet) {
        return 32 - Integer.numberOfLeadingZeros(alphabet - 1);
    }

    @Override
    public void encode(int[] symbols, int alphabet, ByteSink out) {
        int width = width(alphabet);
        BitSink bits = new BitSink(out);
        for (int s : symbols) {
            bits.put(s, width);
        }
        bits.align();
    }

    @Override
    public void decode(ByteSource in, int alphabet, int[] symbols) {
        int width = width(alphabet);
        if ((long) symbols.length * width > 8L * in.left()) {
            throw new BadInputException("ends too early");
        }
        BitSource bits = in.bits();
        for (int i = 0; i < symbols.length; i++) {
            symbols[i] = width == 0 ? 0 : bits.get(width);
            if (symbols[i] >= alphabet) {
                throw BadInputException.of("symbol %d is outside an alphabet of %d", symbols[i], alphabet);
            }
        }
        in.after(bits);
    }
}
