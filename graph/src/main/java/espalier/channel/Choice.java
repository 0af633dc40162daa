package espalier.channel;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which units go. A choice never empties a value and keeps rows equal where they must be. Immutable. */
public final class Choice {
    private final ChannelGroups groups;
    private final BitSet removed;

    private Choice(ChannelGroups groups, BitSet removed) {
        this.groups = groups;
        this.removed = removed;
    }

    /** Nothing goes. */
    public static Choice none(ChannelGroups groups) {
        return new Choice(groups, new BitSet());
    }

    /**
     * This choice, with other units of one group going.
     *
     * @param units counted from 0 within the group
     * @throws IllegalArgumentException where a limit of the group is not respected
     */
    public Choice with(ChannelGroup group, BitSet units) {
        require(group, units);
        BitSet all = (BitSet) removed.clone();
        all.clear(group.first(), group.first() + group.size());
        for (int u = units.nextSetBit(0); u >= 0; u = units.nextSetBit(u + 1)) {
            all.set(group.first() + u);
        }
        return new Choice(groups, all);
    }

    private static void require(ChannelGroup group, BitSet units) {
        if (units.length() > group.size()) {
            throw new IllegalArgumentException(group + ": there is no unit " + (units.length() - 1));
        }
        for (BitSet set : group.alive()) {
            if (common(set, units) == set.cardinality()) {
                throw new IllegalArgumentException(group + ": one of the units " + set + " must stay");
            }
        }
        for (ChannelGroup.Rows limit : group.rows()) {
            int n = common(limit.rows().get(0), units);
            for (BitSet row : limit.rows()) {
                if (common(row, units) != n) {
                    throw new IllegalArgumentException(group + ": as many units must go from " + row + " as from "
                            + limit.rows().get(0));
                }
            }
        }
    }

    private static int common(BitSet a, BitSet b) {
        BitSet c = (BitSet) a.clone();
        c.and(b);
        return c.cardinality();
    }

    /**
     * The units of a group with the lowest scores, as many as are asked for or as the limits allow: where rows must stay equal the
     * weakest of each row go together.
     *
     * @param scores one for each unit
     * @param remove the most that may go
     */
    public static BitSet weakest(ChannelGroup group, double[] scores, int remove) {
        BitSet out = new BitSet();
        for (Move m : moves(group, scores)) {
            if (out.cardinality() + m.units.length > remove) {
                continue;
            }
            for (int u : m.units) {
                out.set(u);
            }
            if (!leavesAll(group, out)) {
                for (int u : m.units) {
                    out.clear(u);
                }
            }
        }
        return out;
    }

    private static boolean leavesAll(ChannelGroup group, BitSet units) {
        for (BitSet set : group.alive()) {
            if (common(set, units) == set.cardinality()) {
                return false;
            }
        }
        return true;
    }

    /** Units that go together because rows must stay equal, and their mean score. */
    private record Move(int[] units, double score) {
        static Move of(int[] units, double[] scores) {
            double sum = 0;
            for (int u : units) {
                sum += scores[u];
            }
            return new Move(units, sum / units.length);
        }
    }

    private static List<Move> moves(ChannelGroup group, double[] scores) {
        BitSet single = new BitSet();
        single.set(0, group.size());
        List<Move> moves = new ArrayList<>();
        for (ChannelGroup.Rows limit : group.rows()) {
            List<int[]> rows = new ArrayList<>();
            for (BitSet row : limit.rows()) {
                single.andNot(row);
                rows.add(sorted(row, scores));
            }
            for (int i = 0; i < rows.get(0).length; i++) {
                int[] units = new int[rows.size()];
                for (int r = 0; r < units.length; r++) {
                    units[r] = rows.get(r)[i];
                }
                moves.add(Move.of(units, scores));
            }
        }
        for (int u : sorted(single, scores)) {
            moves.add(Move.of(new int[] {u}, scores));
        }
        moves.sort(Comparator.comparingDouble(Move::score));
        return moves;
    }

    private static int[] sorted(BitSet units, double[] scores) {
        return units.stream()
                .boxed()
                .sorted(Comparator.comparingDouble(u -> scores[u]))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    public ChannelGroups groups() {
        return groups;
    }

    /** The units of a group that go, counted from 0 within it. */
    public BitSet removed(ChannelGroup group) {
        return removed.get(group.first(), group.first() + group.size());
    }

    /** How many units of a group stay. */
    public int kept(ChannelGroup group) {
        return group.size() - removed(group).cardinality();
    }

    public boolean isEmpty() {
        return removed.isEmpty();
    }

    /** Whether something with these units goes; for labels as of {@link ChannelGroups#units(String)}. */
    boolean touches(Labels units) {
        for (int id : units.ids()) {
            if (removes(id)) {
                return true;
            }
        }
        return false;
    }

    /** The slots that lose something, by initializer. */
    Map<String, List<Slot>> touchedSlots() {
        Map<String, List<Slot>> touched = new HashMap<>();
        for (Slot s : groups.slots()) {
            if (touches(s.units())) {
                touched.computeIfAbsent(s.initializer(), n -> new ArrayList<>()).add(s);
            }
        }
        return touched;
    }

    boolean removes(int label) {
        return label > 0 && removed.get(label - 1);
    }
}
