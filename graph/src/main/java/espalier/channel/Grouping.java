package espalier.channel;

import espalier.graph.Shape;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Turns the labels of the last pass into numbered units and groups. */
final class Grouping {
    private final Labelling labelling;
    private final Units labels;
    private final List<Source> sources;
    /** Unit + 1 by label. */
    private final int[] unitOf;

    private final List<Integer> firsts = new ArrayList<>();
    private final List<List<Source>> members = new ArrayList<>();
    private int units;

    Grouping(Labelling labelling) {
        this.labelling = labelling;
        this.labels = labelling.units();
        this.sources = labelling.sources();
        this.unitOf = new int[labels.size()];
        number();
    }

    /** Sources that share a unit, or a limit, make one group; units are numbered group by group. */
    private void number() {
        int[] source = new int[labels.size()];
        int[] parent = new int[sources.size() + 1];
        for (int i = 0; i < parent.length; i++) {
            parent[i] = i;
        }
        for (int i = 1; i <= sources.size(); i++) {
            Source s = sources.get(i - 1);
            for (int label = s.first(); label < s.first() + s.size(); label++) {
                int root = labels.find(label);
                if (root > 0) {
                    join(parent, source, root, i);
                }
            }
        }
        for (int[][] limit : labelling.rows().limits()) {
            int of = source[limit[0][0]];
            for (int[] row : limit) {
                for (int root : row) {
                    join(parent, source, root, of);
                }
            }
        }
        for (int i = 1; i < parent.length; i++) {
            if (root(parent, i) == i) {
                group(parent, i);
            }
        }
    }

    private static void join(int[] parent, int[] source, int label, int i) {
        if (source[label] == 0) {
            source[label] = i;
            return;
        }
        int a = root(parent, source[label]);
        int b = root(parent, i);
        parent[Math.max(a, b)] = Math.min(a, b);
    }

    private static int root(int[] parent, int i) {
        int r = i;
        while (parent[r] != r) {
            r = parent[r];
        }
        return r;
    }

    private void group(int[] parent, int group) {
        int first = units;
        List<Source> mine = new ArrayList<>();
        for (int i = group; i < parent.length; i++) {
            Source s = sources.get(i - 1);
            if (root(parent, i) == group && number(s)) {
                mine.add(s);
            }
        }
        if (units > first) {
            firsts.add(first);
            members.add(mine);
        }
    }

    private boolean number(Source s) {
        boolean any = false;
        for (int label = s.first(); label < s.first() + s.size(); label++) {
            int root = labels.find(label);
            if (root > 0 && unitOf[root] == 0) {
                unitOf[root] = ++units;
            }
            any |= root > 0;
        }
        return any;
    }

    ChannelGroups groups() {
        Numbered numbered = new Numbered(unitOf, firsts);
        Map<String, Labels> values = new HashMap<>();
        for (Map.Entry<String, Labels> v : labelling.values().entrySet()) {
            Labels c = v.getValue().canonical(labels);
            if (!c.isNone()) {
                values.put(v.getKey(), new Labels(c.dims(), numbered.of(c.ids()).units()));
            }
        }
        Alive alive = new Alive(numbered.distinct(), limits(), firsts);
        List<Slot> slots = new ArrayList<>();
        List<List<Slot>> slotsOf = slots(numbered, slots);
        List<ChannelGroup> groups = new ArrayList<>();
        for (int g = 0; g < firsts.size(); g++) {
            int size = (g + 1 < firsts.size() ? firsts.get(g + 1) : units) - firsts.get(g);
            groups.add(new ChannelGroup(
                    g, firsts.get(g), size, origins(members.get(g)), slotsOf.get(g), rows(g), alive.of(g)));
        }
        return new ChannelGroups(labelling, values, groups, slots, fixed());
    }

    /** Adds all slots to {@code all} and returns those of each group. */
    private List<List<Slot>> slots(Numbered numbered, List<Slot> all) {
        List<List<Slot>> of = new ArrayList<>();
        for (int g = 0; g < firsts.size(); g++) {
            of.add(new ArrayList<>());
        }
        for (Use use : labelling.uses().all()) {
            Shape view = view(use);
            for (int i = 0; i < use.labels().size(); i++) {
                Labels c = use.labels().get(i).canonical(labels);
                if (!c.isNone()) {
                    Numbered.Entry e = numbered.of(c.ids());
                    Labels l = new Labels(c.dims(), e.units());
                    Slot slot = new Slot(
                            use.initializer(), use.node().label(), use.roles().get(i), view, l);
                    all.add(slot);
                    for (int g = e.groups().nextSetBit(0);
                            g >= 0;
                            g = e.groups().nextSetBit(g + 1)) {
                        of.get(g).add(slot);
                    }
                }
            }
        }
        return of;
    }

    private static Shape view(Use use) {
        long[] view = new long[use.view().length];
        for (int i = 0; i < view.length; i++) {
            view[i] = use.view()[i];
        }
        return Shape.of(view);
    }

    private int group(int unit) {
        return Alive.group(firsts, unit);
    }

    /** The limits of equal rows, in units. */
    private List<int[][]> limits() {
        List<int[][]> out = new ArrayList<>();
        for (int[][] limit : labelling.rows().limits()) {
            int[][] rows = new int[limit.length][];
            for (int r = 0; r < rows.length; r++) {
                rows[r] = new int[limit[r].length];
                for (int i = 0; i < rows[r].length; i++) {
                    rows[r][i] = unitOf[limit[r][i]] - 1;
                }
            }
            out.add(rows);
        }
        return out;
    }

    private List<ChannelGroup.Rows> rows(int g) {
        List<ChannelGroup.Rows> out = new ArrayList<>();
        for (int[][] limit : limits()) {
            if (group(limit[0][0]) == g) {
                List<BitSet> rows = new ArrayList<>();
                for (int[] row : limit) {
                    BitSet set = new BitSet();
                    for (int unit : row) {
                        set.set(unit - firsts.get(g));
                    }
                    rows.add(set);
                }
                out.add(new ChannelGroup.Rows(rows));
            }
        }
        return out;
    }

    private static List<ChannelGroup.Origin> origins(List<Source> sources) {
        List<ChannelGroup.Origin> out = new ArrayList<>();
        for (Source s : sources) {
            out.add(origin(s));
        }
        return out;
    }

    private static ChannelGroup.Origin origin(Source s) {
        return new ChannelGroup.Origin(s.name(), s.weight(), s.axis(), s.size());
    }

    private List<ChannelGroups.Fixed> fixed() {
        List<ChannelGroups.Fixed> fixed = new ArrayList<>();
        for (Source s : sources) {
            boolean free = false;
            for (int label = s.first(); label < s.first() + s.size(); label++) {
                free |= labels.find(label) > 0;
            }
            Pin why = labels.why(s.first());
            if (!free && why != null) {
                fixed.add(new ChannelGroups.Fixed(origin(s), why));
            }
        }
        return fixed;
    }
}
