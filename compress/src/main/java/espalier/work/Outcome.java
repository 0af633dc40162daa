package espalier.work;

import espalier.graph.Model;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a step made.
 *
 * @param notes lines for the report, such as which layers became how much narrower
 * @param details the same for programs: text, numbers, and lists and maps of them, by name
 */
public record Outcome(Model model, List<String> notes, Map<String, Object> details) {
    public Outcome(Model model, List<String> notes) {
        this(model, notes, Map.of());
    }

    public Outcome {
        notes = List.copyOf(notes);
        details = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(details));
    }
}
