package espalier.channel;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How initializers are read in one pass. */
final class Uses {
    private final Map<String, List<Use>> byName = new LinkedHashMap<>();
    private final Map<String, Integer> readers = new HashMap<>();

    void add(Use use) {
        List<Use> uses = byName.get(use.initializer());
        if (uses == null) {
            uses = new ArrayList<>(1);
            byName.put(use.initializer(), uses);
        }
        uses.add(use);
    }

    /** One more node reads the initializer, in whatever way. */
    void reads(String initializer) {
        readers.put(initializer, readers.getOrDefault(initializer, 0) + 1);
    }

    /** An initializer that several nodes read loses elements only where all of them agree. */
    void agree(Units units) {
        for (Map.Entry<String, List<Use>> e : byName.entrySet()) {
            int all = readers.getOrDefault(e.getKey(), 0);
            if (all > 1) {
                agree(e.getValue(), all, units);
            }
        }
    }

    private static void agree(List<Use> uses, int readers, Units units) {
        Use first = uses.get(0);
        Pin pin = new Pin(first.node(), "shares '" + first.initializer() + "' with another reader");
        boolean same = uses.size() == readers;
        for (Use u : uses) {
            same &= java.util.Arrays.equals(u.view(), first.view()) && u.roles().equals(first.roles());
        }
        for (Use u : uses) {
            for (int i = 0; i < u.labels().size(); i++) {
                Labels l = u.labels().get(i);
                if (same) {
                    uniteFull(first.labels().get(i), l, units, pin);
                } else {
                    units.pinAll(l, pin);
                }
            }
        }
    }

    private static void uniteFull(Labels a, Labels b, Units units, Pin pin) {
        int[] to = new int[a.rank()];
        for (int i = 0; i < to.length; i++) {
            to[i] = Math.max(a.dims()[i], b.dims()[i]);
        }
        units.uniteAll(a.broadcast(to), b.broadcast(to), pin);
    }

    List<Use> all() {
        List<Use> all = new ArrayList<>();
        for (List<Use> u : byName.values()) {
            all.addAll(u);
        }
        return all;
    }
}
