package espalier.work;

import espalier.graph.Model;
import java.util.List;

/**
 * What a step made.
 *
 * @param notes lines for the report, such as which layers became how much narrower
 */
public record Outcome(Model model, List<String> notes) {
    public Outcome {
        notes = List.copyOf(notes);
    }
}
