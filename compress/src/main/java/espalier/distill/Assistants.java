package espalier.distill;

import espalier.config.Key;
import espalier.config.Method;
import espalier.graph.BadInputException;
import espalier.graph.Model;
import espalier.work.Outcome;
import espalier.work.Workbench;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Mirzadeh, Farajtabar, Li, Levine, Matsukawa, Ghasemzadeh: Improved Knowledge Distillation via Teacher Assistant, 2020,
 * arXiv:1902.03393: a network of middle size learns from a teacher that is too big for the student, and the student from it.
 *
 * @param via assistants from the largest to the smallest: {@code zoo:} networks, or files such as a pruned teacher
 */
@Method(
        key = "assistants",
        summary = "networks of middle size stand between teacher and student",
        paper = "Mirzadeh, Farajtabar, Li, Levine, Matsukawa, Ghasemzadeh: Improved Knowledge Distillation via Teacher"
                + " Assistant, 2020, arXiv:1902.03393")
public record Assistants(
        @Key("files or zoo: networks, from the largest to the smallest")
        List<String> via) implements Regime {
    public Assistants() {
        this(List.of());
    }

    public Assistants {
        via = List.copyOf(via);
    }

    @Override
    public List<String> networks() {
        return via;
    }

    @Override
    public Outcome run(Distill how, Model student, Workbench bench) {
        if (via.isEmpty()) {
            throw new BadInputException(
                    "regime assistants needs networks between teacher and student: {assistants: {via: [zoo:resnet8]}}");
        }
        List<String> notes = new ArrayList<>();
        List<Model> teachers = Lesson.teachers(how, bench);
        for (int i = 0; i < via.size(); i++) {
            Workbench own = bench.part("assistant-" + (i + 1)).withSeed(bench.seed() + 2_000_003L * (i + 1));
            Model assistant = bench.network(via.get(i), own.seed());
            Outcome made = Lesson.of(how, assistant, teachers, own).run("assistant " + via.get(i));
            notes.addAll(made.notes());
            teachers = List.of(made.model());
        }
        Outcome made = Lesson.of(how, student, teachers, bench).run("student");
        notes.addAll(made.notes());
        return new Outcome(made.model(), notes, Map.of("assistants", via));
    }
}
