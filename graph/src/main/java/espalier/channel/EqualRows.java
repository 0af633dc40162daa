package espalier.channel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Arrays of which equally many must stay in each row: the groups of a grouped convolution, and an axis that a reshape splits. That
 * holds by itself where all rows have the same units. Where all units differ it is a limit on the choice. Anything else is tied, column by
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

    private boolean register(int[][] rows, Map<Integer, int[][]> limitOf) {
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

    private static boolean sameRows(int[][] a, int[][] b) {
        int[][] x = a.clone();
        int[][] y = b.clone();
        Arrays.sort(x, Arrays::compare);
        Arrays.sort(y, Arrays::compare);
        return Arrays.deepEquals(x, y);
    }
}
