package espalier.pack;

import espalier.graph.BadInputException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Canonical Huffman codes of at most 15 bits. The lengths are those of Larmore, Hirschberg: A fast algorithm for optimal
 * length-limited Huffman codes, 1990 (package-merge); codes of one length are consecutive numbers in the order of the alphabet. The
 * lengths are written as 4 bits each, 0 for a symbol that does not occur. A single symbol has length 1.
 */
record Huffman() implements Coder {
    static final int LONGEST = 15;

    @Override
    public void encode(int[] symbols, int alphabet, ByteSink out) {
        int[] lengths = lengths(Coder.counts(symbols, alphabet));
        int[] codes = codes(lengths);
        BitSink bits = new BitSink(out);
        for (int l : lengths) {
            bits.put(l, 4);
        }
        for (int s : symbols) {
            bits.put(codes[s], lengths[s]);
        }
        bits.align();
    }

    @Override
    public void decode(ByteSource in, int alphabet, int[] symbols) {
        if (symbols.length > 8L * in.left()) {
            throw new BadInputException("ends too early");
        }
        BitSource bits = in.bits();
        int[] lengths = new int[alphabet];
        for (int i = 0; i < alphabet; i++) {
            lengths[i] = bits.get(4);
        }
        int longest = Math.max(1, java.util.Arrays.stream(lengths).max().orElse(1));
        short[] table = table(lengths, longest);
        for (int i = 0; i < symbols.length; i++) {
            int s = table[bits.peek(longest)];
            if (s < 0) {
                throw new BadInputException("a code belongs to no symbol");
            }
            bits.skip(lengths[s]);
            symbols[i] = s;
        }
        in.after(bits);
    }

    /** A coin of package-merge: a symbol, or two coins of the level below. */
    private record Coin(long weight, int symbol, List<Coin> parts) {}

    static int[] lengths(int[] counts) {
        List<Coin> leaves = new ArrayList<>();
        for (int s = 0; s < counts.length; s++) {
            if (counts[s] > 0) {
                leaves.add(new Coin(counts[s], s, List.of()));
            }
        }
        leaves.sort(Comparator.comparingLong(Coin::weight));
        int[] lengths = new int[counts.length];
        if (leaves.size() == 1) {
            lengths[leaves.get(0).symbol()] = 1;
            return lengths;
        }
        List<Coin> level = leaves;
        for (int depth = 1; depth < LONGEST; depth++) {
            level = merged(leaves, packaged(level));
        }
        for (Coin coin : level.subList(0, Math.max(0, 2 * leaves.size() - 2))) {
            count(coin, lengths);
        }
        return lengths;
    }

    private static List<Coin> packaged(List<Coin> coins) {
        List<Coin> pairs = new ArrayList<>(coins.size() / 2);
        for (int i = 0; i + 1 < coins.size(); i += 2) {
            Coin a = coins.get(i);
            Coin b = coins.get(i + 1);
            pairs.add(new Coin(a.weight() + b.weight(), -1, List.of(a, b)));
        }
        return pairs;
    }

    private static List<Coin> merged(List<Coin> a, List<Coin> b) {
        List<Coin> all = new ArrayList<>(a.size() + b.size());
        int j = 0;
        for (Coin coin : a) {
            while (j < b.size() && b.get(j).weight() < coin.weight()) {
                all.add(b.get(j++));
            }
            all.add(coin);
        }
        all.addAll(b.subList(j, b.size()));
        return all;
    }

    private static void count(Coin coin, int[] lengths) {
        if (coin.symbol() >= 0) {
            lengths[coin.symbol()]++;
        }
        coin.parts().forEach(p -> count(p, lengths));
    }

    private static int[] codes(int[] lengths) {
        int[] codes = new int[lengths.length];
        int code = 0;
        for (int l = 1; l <= LONGEST; l++) {
            for (int s = 0; s < lengths.length; s++) {
                if (lengths[s] == l) {
                    codes[s] = code++;
                }
            }
            code <<= 1;
        }
        return codes;
    }

    /** The symbol for all bits that may come next, -1 for none; refuses lengths whose Kraft sum is not 1. */
    private static short[] table(int[] lengths, int longest) {
        int size = 1 << longest;
        long sum = 0;
        int used = 0;
        for (int l : lengths) {
            sum += l == 0 ? 0 : size >> l;
            used += l == 0 ? 0 : 1;
        }
        boolean single = used == 1 && longest == 1;
        if (sum != size && !single) {
            throw new BadInputException("the code lengths do not make a code");
        }
        short[] table = new short[size];
        java.util.Arrays.fill(table, (short) -1);
        int[] codes = codes(lengths);
        for (int s = 0; s < lengths.length; s++) {
            if (lengths[s] > 0) {
                int from = codes[s] << longest - lengths[s];
                java.util.Arrays.fill(table, from, from + (size >> lengths[s]), (short) s);
            }
        }
        return table;
    }
}
