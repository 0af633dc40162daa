package espalier.channel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Arrays of labels written as units. A network has few different ones, since most values and slots of a group share theirs, so each is
 * translated once.
 */
final class Numbered {
    private final int[] unitOf;
    private final List<Integer> firsts;
    private final Map<Integer, List<Entry>> entries = new HashMap<>();
    private final List<Entry> distinct = new ArrayList<>();

    /**
     * One array.
     *
     * @param labels roots
     * @param units unit + 1 for each, 0 for what stays
     * @param groups the groups they belong to
     */
    record Entry(int[] labels, int[] units, BitSet groups) {}

    /**
     * @param unitOf unit + 1 by root
     * @param firsts first unit of each group
     */
    Numbered(int[] unitOf, List<Integer> firsts) {
        this.unitOf = unitOf;
        this.firsts = firsts;
    }

    Entry of(int[] labels) {
        int key = labels.length == 0 ? 0 : 31 * labels.length + labels[0] + 7 * labels[labels.length - 1];
        List<Entry> same = entries.get(key);
        if (same == null) {
            same = new ArrayList<>(1);
            entries.put(key, same);
        }
        for (Entry e : same) {
            if (Arrays.equals(e.labels, labels)) {
                return e;
            }
        }
        Entry made = make(labels);
        same.add(made);
        distinct.add(made);
        return made;
    }

    private Entry make(int[] labels) {
        int[] units = new int[labels.length];
        BitSet groups = new BitSet();
        int from = 0;
        int to = 0;
        for (int i = 0; i < units.length; i++) {
            int unit = unitOf[labels[i]];
            units[i] = unit;
            if (unit > 0 && (unit <= from || unit > to)) {
                int g = Alive.group(firsts, unit - 1);
                groups.set(g);
                from = firsts.get(g);
                to = g + 1 < firsts.size() ? firsts.get(g + 1) : Integer.MAX_VALUE;
            }
        }
        return new Entry(labels, units, groups);
    }

    /** All arrays so far. */
    List<Entry> distinct() {
        return distinct;
    }
}
