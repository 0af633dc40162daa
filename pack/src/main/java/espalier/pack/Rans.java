package espalier.pack;

import espalier.graph.BadInputException;

/**
 * Range variant of asymmetric numeral systems. Duda: Asymmetric numeral systems, 2013, arXiv:1311.2540.
 *
 * <p>A symbol with frequency f of M = 2^bits and c below it takes a state x to (x / f) M + c + x mod f; reading goes back: with s the
 * symbol that x mod M falls on, x = f (x / M) + x mod M - c. The state starts at 2^31 and stays in [2^31, 2^63): 32 bits leave it, or
 * come back, where it would not. Symbols are coded from the last to the first, so that they are read in order, and reading must end at
 * 2^31 with no word left.
 */
record Rans() implements Coder {
    private static final long LOWEST = 1L << 31;
    private static final int WORD = 32;

    @Override
    public void encode(int[] symbols, int alphabet, ByteSink out) {
        Frequencies frequencies = Frequencies.best(Coder.counts(symbols, alphabet));
        frequencies.write(out);
        int bits = frequencies.bits();
        int[] f = frequencies.of();
        int[] below = frequencies.below();
        int[] words = new int[symbols.length / 2 + 2];
        int n = 0;
        long x = LOWEST;
        for (int i = symbols.length - 1; i >= 0; i--) {
            int s = symbols[i];
            if (f[s] == 1 << bits) {
                continue;
            }
            if (x >= (long) f[s] << 63 - bits) {
                words[n++] = (int) x;
                x >>>= WORD;
            }
            x = (x / f[s] << bits) + below[s] + x % f[s];
        }
        out.varint(n);
        out.number(x, Long.BYTES);
        for (int i = n - 1; i >= 0; i--) {
            out.number(words[i], Integer.BYTES);
        }
    }

    @Override
    public void decode(ByteSource in, int alphabet, int[] symbols) {
        Frequencies frequencies = Frequencies.read(in, alphabet);
        int bits = frequencies.bits();
        int[] f = frequencies.of();
        int[] below = frequencies.below();
        short[] symbolAt = frequencies.symbols();
        int n = in.varint(in.left() / Integer.BYTES, "a number of words");
        long x = in.number(Long.BYTES);
        java.nio.ByteBuffer words =
                in.slice(Math.multiplyExact(n, Integer.BYTES)).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        if (x < LOWEST) {
            throw new BadInputException("a coder's state is out of range");
        }
        long mask = (1L << bits) - 1;
        int next = 0;
        for (int i = 0; i < symbols.length; i++) {
            int slot = (int) (x & mask);
            int s = symbolAt[slot];
            symbols[i] = s;
            x = f[s] * (x >>> bits) + slot - below[s];
            if (x < LOWEST) {
                if (next == words.limit()) {
                    throw new BadInputException("coded symbols end too early");
                }
                x = x << WORD | words.getInt(next) & 0xffffffffL;
                next += Integer.BYTES;
            }
        }
        if (x != LOWEST || next != words.limit()) {
            throw new BadInputException("coded symbols do not end where they should");
        }
    }
}
