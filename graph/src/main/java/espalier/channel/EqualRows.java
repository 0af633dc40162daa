package espalier.channel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Arrays of which equally many must stay in each row: the groups of a grouped convolution, and an axis that a reshape splits. That
 * holds by itself where all rows have the same units. Where all units differ, or occur equally often in one row only, it is a limit on the choice. Anything else is tied, column by
 * column.
 */
final class EqualRows {
    private final List<Tied> matrices = new ArrayList<>();
    private final List<int[][]> limits = new ArrayList<>();

    /** A matrix of labels and who wants it. */
    record Tied(Labels labels, Pin pin) {}

    void add(Labels matrix, Pin pin) {
        matrices.add(new Tied(matrix, pin));
    }

    /** Roots, one array for each row; disjoint. Valid in the last pass. */
    List<int[][]> limits() {
        return limits;
    }

    /** The matrices whose columns must be tied, tied already. */
    List<Tied> conflicts(Units units) {
        List<Tied> conflicts = new ArrayList<>();
        Map<Integer, int[][]> limitOf = new HashMap<>();
        for (Tied t : matrices) {
            Labels l = t.labels().canonical(units);
            int[][] rows = sorted(l.broadcast(t.labels().dims()));
            if (allEqual(rows) || register(rows, limitOf)) {
                continue;
            }
            units.uniteOver(l.broadcast(t.labels().dims()), 0, t.pin());
            conflicts.add(t);
        }
        return conflicts;
    }

    private static int[][] sorted(Labels l) {
        int[][] rows = new int[l.dims()[0]][];
        int columns = l.dims()[1];
        for (int r = 0; r < rows.length; r++) {
            rows[r] = Arrays.copyOfRange(l.ids(), r * columns, (r + 1) * columns);
            Arrays.sort(rows[r]);
        }
        return rows;
    }

    private static boolean allEqual(int[][] rows) {
        for (int[] r : rows) {
            if (!Arrays.equals(r, rows[0])) {
                return false;
            }
        }
        return true;
    }

    private boolean register(int[][] sorted, Map<Integer, int[][]> limitOf) {
        int times = times(sorted[0]);
        int[][] rows = new int[sorted.length][];
        for (int r = 0; r < rows.length; r++) {
            rows[r] = distinct(sorted[r], times);
            if (rows[r].length == 0) {
                return false;
            }
        }
        int[][] known = limitOf.get(rows[0][0]);
        if (known != null) {
            return sameRows(known, rows);
        }
        Map<Integer, int[][]> mine = new HashMap<>();
        for (int[] row : rows) {
            for (int id : row) {
                if (id == 0 || limitOf.containsKey(id) || mine.put(id, rows) != null) {
                    return false;
                }
            }
        }
        limitOf.putAll(mine);
        limits.add(rows);
        return true;
    }

    private static int times(int[] sorted) {
        int n = 1;
        while (n < sorted.length && sorted[n] == sorted[0]) {
            n++;
        }
        return n;
    }

    /** The units of a row in which each occurs that many times; empty for another row. */
    private static int[] distinct(int[] sorted, int times) {
        int[] out = new int[sorted.length / times];
        if (out.length * times != sorted.length) {
            return new int[0];
        }
        for (int i = 0; i < sorted.length; i++) {
            if (sorted[i] != sorted[i / times * times] || (i % times == 0 && i > 0 && sorted[i] == sorted[i - 1])) {
                return new int[0];
            }
            out[i / times] = sorted[i];
        }
        return out;
    }

    private static boolean sameRows(int[][] a, int[][] b) {
        int[][] x = a.clone();
        int[][] y = b.clone();
        Arrays.sort(x, Arrays::compare);
        Arrays.sort(y, Arrays::compare);
        return Arrays.deepEquals(x, y);
    }
}
