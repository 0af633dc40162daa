package espalier.channel;

import espalier.graph.Model;
import espalier.graph.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Puts the units of groups in another order: producers make them, and consumers read them, in new places, so the network computes what
 * it did.
 *
 * <ol>
 *   <li>Units of rows that must stay equal change places within their row.
 *   <li>A unit changes places only with units that have as many elements in every weight.
 *   <li>Groups whose units are several channels of a layer, such as those of attention heads, stay as they are: which of its channels
 *       comes first may differ from value to value.
 * </ol>
 */
public final class Ordered {
    private Ordered() {}

    /**
     * The model with the highest scores first.
     *
     * @param model of which the groups were made
     * @param scores of the units of all groups
     */
    public static Model apply(Model model, ChannelGroups groups, double[] scores) {
        int[] source = new int[groups.units()];
        Arrays.setAll(source, u -> u);
        for (ChannelGroup g : groups.groups()) {
            for (int[] places : isPlain(g) ? interchangeable(g) : List.<int[]>of()) {
                int[] best = Arrays.stream(places)
                        .boxed()
                        .sorted(Comparator.comparingDouble(u -> -scores[g.first() + u]))
                        .mapToInt(u -> u)
                        .toArray();
                for (int i = 0; i < places.length; i++) {
                    source[g.first() + places[i]] = g.first() + best[i];
                }
            }
        }
        Map<String, Tensor> initializers = new LinkedHashMap<>(model.graph().initializers());
        for (Slot s : groups.slots()) {
            initializers.computeIfPresent(s.initializer(), (name, t) -> moved(s, t, source));
        }
        return model.withGraph(model.graph().withInitializers(initializers));
    }

    /** Whether a unit is one channel of each layer that makes it, and where layers are several, is met once in each weight. */
    private static boolean isPlain(ChannelGroup group) {
        boolean once = true;
        for (Slot s : group.slots()) {
            int most = s.axis() < 0 ? Integer.MAX_VALUE : mostRuns(s.unitsAlongAxis(), group);
            once &= most <= 1;
            if (s.role() == Role.PRODUCER && most > 1 || s.axis() < 0) {
                return false;
            }
        }
        return once || group.origins().size() == 1;
    }

    /** How often neighbours of one unit are met along an axis, for the unit for which that is most. */
    private static int mostRuns(int[] units, ChannelGroup group) {
        int[] runs = new int[group.size()];
        for (int i = 0; i < units.length; i++) {
            int u = units[i] - group.first();
            if (u >= 0 && u < group.size() && (i == 0 || units[i] != units[i - 1])) {
                runs[u]++;
            }
        }
        return Arrays.stream(runs).max().orElse(0);
    }

    /** Sets of units that may change places; each in ascending order. */
    private static List<int[]> interchangeable(ChannelGroup group) {
        BitSet single = new BitSet();
        single.set(0, group.size());
        List<BitSet> rows = new ArrayList<>();
        for (ChannelGroup.Rows limit : group.rows()) {
            for (BitSet row : limit.rows()) {
                rows.add(row);
                single.andNot(row);
            }
        }
        rows.add(single);
        Map<String, List<Integer>> alike = new LinkedHashMap<>();
        List<int[]> counts =
                group.slots().stream().map(slot -> slot.counts(group)).toList();
        for (int u = 0; u < group.size(); u++) {
            int unit = u;
            String kind = rows.stream().map(row -> row.get(unit)).toList()
                    + counts.stream().map(c -> c[unit]).toList().toString();
            alike.computeIfAbsent(kind, k -> new ArrayList<>()).add(u);
        }
        return alike.values().stream()
                .map(units -> units.stream().mapToInt(u -> u).toArray())
                .toList();
    }

    /** Runs of one unit's elements take the contents, in the same order, of the runs of its source. */
    private static Tensor moved(Slot slot, Tensor tensor, int[] source) {
        Map<Integer, List<int[]>> runs = new LinkedHashMap<>();
        slot.walk((unit, from, to) ->
                runs.computeIfAbsent(unit, u -> new ArrayList<>()).add(new int[] {from, to}));
        int width = tensor.dtype().bits() / 8;
        ByteBuffer from = tensor.data();
        ByteBuffer out = Tensor.allocate(tensor.dtype(), tensor.shape());
        out.put(tensor.data()).flip();
        runs.forEach((unit, places) -> {
            List<int[]> contents = runs.getOrDefault(source[unit], places);
            for (int i = 0; i < places.size(); i++) {
                int[] place = places.get(i);
                out.put(place[0] * width, from, contents.get(i)[0] * width, (place[1] - place[0]) * width);
            }
        });
        return Tensor.of(tensor.dtype(), tensor.shape(), out);
    }
}
