package espalier.work;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps how long each task was said to be, and how far it came.
 *
 * @param totals by task, each once
 * @param done by task
 */
public record Totals(Map<String, List<Long>> totals, Map<String, List<Long>> done) implements Monitor {
    public Totals() {
        this(new LinkedHashMap<>(), new LinkedHashMap<>());
    }

    @Override
    public void say(String line) {}

    @Override
    public void progress(String task, long now, long total, String note) {
        List<Long> known = totals.computeIfAbsent(task, t -> new ArrayList<>());
        if (!known.contains(total)) {
            known.add(total);
        }
        done.computeIfAbsent(task, t -> new ArrayList<>()).add(now);
    }

    @Override
    public boolean stopping() {
        return false;
    }
}
