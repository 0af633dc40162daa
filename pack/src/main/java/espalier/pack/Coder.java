package espalier.pack;

import espalier.graph.BadInputException;
import java.util.List;

/** Whole numbers from an alphabet 0..n-1 as bytes. What is written tells where it ends, given how many symbols there are. */
sealed interface Coder permits FixedWidth, Huffman, Rans {
    /** Every coder there is; the place in the list is its number in the file. */
    List<Coder> ALL = List.of(new FixedWidth(), new Huffman(), new Rans());

    /** The largest alphabet. */
    int LARGEST_ALPHABET = 1 << 12;

    void encode(int[] symbols, int alphabet, ByteSink out);

    /** Fills all of {@code symbols}. */
    void decode(ByteSource in, int alphabet, int[] symbols);

    /** Writes the number of the coder that needs fewest bytes, then what it writes. No symbols take no bytes. */
    static void encodeSmallest(int[] symbols, int alphabet, ByteSink out) {
        if (symbols.length == 0) {
            return;
        }
        int best = 0;
        byte[] smallest = new byte[0];
        for (int i = 0; i < ALL.size(); i++) {
            ByteSink trial = new ByteSink();
            ALL.get(i).encode(symbols, alphabet, trial);
            if (i == 0 || trial.size() < smallest.length) {
                best = i;
                smallest = trial.toByteArray();
            }
        }
        out.u8(best);
        out.bytes(smallest);
    }

    /** Fills all of {@code symbols} by the coder that the bytes name. */
    static void decodeAny(ByteSource in, int alphabet, int[] symbols) {
        if (symbols.length == 0) {
            return;
        }
        int coder = in.u8();
        if (coder >= ALL.size()) {
            throw BadInputException.of("coder %d is not known", coder);
        }
        ALL.get(coder).decode(in, alphabet, symbols);
    }

    static int[] counts(int[] symbols, int alphabet) {
        int[] counts = new int[alphabet];
        for (int s : symbols) {
            counts[s]++;
        }
        return counts;
    }

    /** Fewest bits in which symbols with these counts can be coded one by one: Shannon, 1948. */
    static double entropyBits(int[] counts) {
        double n = 0;
        double bits = 0;
        for (int c : counts) {
            n += c;
        }
        for (int c : counts) {
            bits += c == 0 ? 0 : -c * Math.log(c / n) / Math.log(2);
        }
        return bits;
    }
}
