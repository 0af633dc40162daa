package espalier.channel;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Sets of units of which one must stay, since otherwise a value, or a row of an array with equal rows, would be empty. A set over
 * several groups is narrowed to the group that has most of it, so that groups can be chosen from independently.
 */
final class Alive {
    private final List<Integer> firsts;
    private final List<List<BitSet>> of = new ArrayList<>();

    Alive(List<Numbered.Entry> values, List<int[][]> limits, List<Integer> firsts) {
        this.firsts = firsts;
        Set<BitSet> sets = new LinkedHashSet<>();
        for (Numbered.Entry v : values) {
            add(v.units(), 1, sets);
        }
        for (int[][] limit : limits) {
            for (int[] row : limit) {
                add(row, 0, sets);
            }
        }
        for (int g = 0; g < firsts.size(); g++) {
            of.add(new ArrayList<>());
        }
        List<BitSet> smallestFirst = new ArrayList<>(sets);
        smallestFirst.sort(new SmallestFirst());
        for (BitSet set : smallestFirst) {
            add(set);
        }
    }

    private static final class SmallestFirst implements Comparator<BitSet> {
        @Override
        public int compare(BitSet a, BitSet b) {
            return Integer.compare(a.cardinality(), b.cardinality());
        }
    }

    private static void add(int[] ids, int offset, Set<BitSet> sets) {
        BitSet set = new BitSet();
        for (int id : ids) {
            if (id < offset) {
                return;
            }
            set.set(id - offset);
        }
        sets.add(set);
    }

    private void add(BitSet set) {
        int best = -1;
        BitSet part = new BitSet();
        for (int u = set.nextSetBit(0); u >= 0; ) {
            int g = group(firsts, u);
            int end = g + 1 < firsts.size() ? firsts.get(g + 1) : Integer.MAX_VALUE;
            BitSet mine = new BitSet();
            for (; u >= 0 && u < end; u = set.nextSetBit(u + 1)) {
                mine.set(u - firsts.get(g));
            }
            if (containsOne(of.get(g), mine)) {
                return;
            }
            if (mine.cardinality() > part.cardinality()) {
                best = g;
                part = mine;
            }
        }
        of.get(best).add(part);
    }

    private static boolean containsOne(List<BitSet> smaller, BitSet set) {
        for (BitSet s : smaller) {
            BitSet rest = (BitSet) s.clone();
            rest.andNot(set);
            if (rest.isEmpty()) {
                return true;
            }
        }
        return false;
    }

    List<BitSet> of(int group) {
        return of.get(group);
    }

    static int group(List<Integer> firsts, int unit) {
        int low = 0;
        int high = firsts.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) / 2;
            if (firsts.get(middle) <= unit) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }
}
