package espalier.recipe;

import espalier.work.Measurement;
import java.util.List;
import java.util.Map;

/**
 * What a run did and what came of it; written as {@code report.json}.
 *
 * @param before the model as it was given, or a network of the zoo after its first training
 * @param after the model that was written
 * @param steps one entry per step of the recipe, in order
 * @param provenance how it was made: versions, seed, hashes, threads, CPU
 */
public record Report(Measurement before, Measurement after, List<Entry> steps, Map<String, String> provenance) {

    /**
     * One step.
     *
     * @param step key of the step, as {@code prune}
     * @param notes what the step said of its work, such as which layers became how much narrower
     * @param details the same for programs
     */
    public record Entry(String step, Measurement measured, List<String> notes, Map<String, Object> details) {}
}
