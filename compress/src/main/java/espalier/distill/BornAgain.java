package espalier.distill;

import espalier.calibrate.FreshWeights;
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
 * Furlanello, Lipton, Tschannen, Itti, Anandkumar: Born-Again Neural Networks, 2018, arXiv:1805.04770: each generation is the student
 * with fresh weights, taught by the one before; in the end all of them may vote together.
 *
 * @param generations students in all
 * @param ensemble whether the result is the mean of all of them, as one network, instead of the last
 */
@Method(
        key = "born-again",
        summary = "each generation is taught by the one before",
        paper = "Furlanello, Lipton, Tschannen, Itti, Anandkumar: Born-Again Neural Networks, 2018, arXiv:1805.04770")
public record BornAgain(
        @Key("students in all") int generations,

        @Key("the mean of all students as one network, instead of the last")
        boolean ensemble)
        implements Regime {
    public BornAgain() {
        this(3, false);
    }

    public BornAgain {
        if (generations < 1) {
            throw BadInputException.of("generations must be at least 1, got %d", generations);
        }
    }

    @Override
    public Outcome run(Distill how, Model student, Workbench bench) {
        if (ensemble) {
            Together.mean(List.of(student, student));
        }
        List<Model> born = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        List<Model> teachers = Lesson.teachers(how, bench);
        for (int g = 1; g <= generations; g++) {
            Workbench own = bench.part("generation-" + g).withSeed(bench.seed() + 1_000_003L * (g - 1));
            Model fresh = g == 1 ? student : FreshWeights.of(student, own.seed());
            Outcome made = Lesson.of(how, fresh, teachers, own).run("generation " + g);
            made.notes().forEach(notes::add);
            born.add(made.model());
            teachers = List.of(made.model());
        }
        Model result = ensemble ? Together.mean(born) : born.get(born.size() - 1);
        return new Outcome(result, notes, Map.of("generations", generations, "ensemble", ensemble));
    }
}
