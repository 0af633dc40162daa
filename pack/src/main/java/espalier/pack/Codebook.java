package espalier.pack;

import espalier.graph.BadInputException;
import espalier.graph.Half;
import java.util.Arrays;
import java.util.Optional;

/**
 * The values that labels stand for.
 *
 * @param rows how many parts of equal size the elements have, each with values of its own
 * @param values {@code rows} times as many bit patterns as there are labels
 */
record Codebook(int rows, int[] values) {
    private static final int RAW = 0;
    private static final int HALF = 1;
    private static final int FLOAT_WIDTH = 4;

    int size() {
        return values.length / rows;
    }

    /** The values of some elements, rising as numbers of their bits; empty when there are more than {@code most}. */
    static Optional<int[]> distinct(int[] patterns, int from, int to, boolean zeros, int most) {
        int[] table = new int[Integer.highestOneBit(most) << 3];
        boolean[] taken = new boolean[table.length];
        int n = 0;
        for (int i = from; i < to; i++) {
            int v = patterns[i];
            if (v != 0 || zeros) {
                int at = slot(v, table.length);
                while (taken[at] && table[at] != v) {
                    at = (at + 1) % table.length;
                }
                if (!taken[at]) {
                    if (++n > most) {
                        return Optional.empty();
                    }
                    taken[at] = true;
                    table[at] = v;
                }
            }
        }
        int[] values = new int[n];
        for (int i = 0, k = 0; i < table.length; i++) {
            if (taken[i]) {
                values[k++] = table[i];
            }
        }
        Arrays.sort(values);
        return Optional.of(values);
    }

    /** Where to look first in a table whose size is a power of 2: the high bits of the product, which all bits of the value reach. */
    static int slot(int value, int size) {
        return value * 0x9e3779b9 >>> 32 - Integer.numberOfTrailingZeros(size);
    }

    /**
     * A codebook of the elements, or of those that are not zero.
     *
     * @return empty where there are too many values for it to pay
     */
    static Optional<Codebook> of(Elements e, boolean zeros, int rows) {
        int n = e.patterns().length;
        int part = n / rows;
        int[][] all = new int[rows][];
        int size = 1;
        for (int r = 0; r < rows; r++) {
            int most = rows == 1 ? Math.min(Coder.LARGEST_ALPHABET, n) : Math.max(1, Math.min(256, part / 4));
            Optional<int[]> values = distinct(e.patterns(), r * part, (r + 1) * part, zeros, most);
            if (values.isEmpty()) {
                return Optional.empty();
            }
            all[r] = values.get();
            size = Math.max(size, all[r].length);
        }
        int[] values = new int[rows * size];
        for (int r = 0; r < rows; r++) {
            int[] its = all[r];
            for (int k = 0; k < size; k++) {
                values[r * size + k] = its.length == 0 ? 0 : its[Math.min(k, its.length - 1)];
            }
        }
        return Optional.of(new Codebook(rows, values));
    }

    /** Labels of the elements at some places. */
    int[] labels(Elements e, int[] places) {
        int size = size();
        int part = e.patterns().length / rows;
        int[] labels = new int[places.length];
        for (int i = 0; i < places.length; i++) {
            int row = places[i] / part;
            labels[i] = Arrays.binarySearch(values, row * size, row * size + used(row), e.patterns()[places[i]])
                    - row * size;
        }
        return labels;
    }

    /** How many values of a row differ: its last one is repeated where other rows have more. */
    private int used(int row) {
        int n = size();
        while (n > 1 && values[row * size() + n - 1] == values[row * size() + n - 2]) {
            n--;
        }
        return n;
    }

    void write(int width, ByteSink out) {
        out.varint(rows);
        out.varint(size());
        boolean halves = width == FLOAT_WIDTH && Elements.areHalves(values);
        out.u8(halves ? HALF : RAW);
        for (int v : values) {
            if (halves) {
                out.number(Half.fromFloat(Float.intBitsToFloat(v)), 2);
            } else {
                out.number(v, width);
            }
        }
    }

    static Codebook read(ByteSource in, Elements into) {
        int n = into.patterns().length;
        int rows = in.varint(n, "a number of codebooks");
        int size = in.varint(Coder.LARGEST_ALPHABET, "a codebook's size");
        if (rows == 0 || size == 0 || n % rows != 0) {
            throw BadInputException.of("%d codebooks of %d values do not fit %d elements", rows, size, n);
        }
        int format = in.u8();
        if (format != RAW && (format != HALF || into.width() != FLOAT_WIDTH)) {
            throw BadInputException.of("codebook format %d is not known", format);
        }
        int width = format == HALF ? 2 : into.width();
        if ((long) rows * size * width > in.left()) {
            throw new BadInputException("a codebook ends too early");
        }
        int[] values = new int[rows * size];
        for (int i = 0; i < values.length; i++) {
            int v = (int) in.number(width);
            values[i] = format == HALF ? Float.floatToRawIntBits(Half.toFloat((short) v)) : v;
        }
        return new Codebook(rows, values);
    }
}
