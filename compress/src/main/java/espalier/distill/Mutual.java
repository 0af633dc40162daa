package espalier.distill;

import espalier.config.Key;
import espalier.config.Method;
import espalier.graph.BadInputException;
import espalier.graph.Model;
import espalier.pass.Passes;
import espalier.work.Evaluation;
import espalier.work.Outcome;
import espalier.work.Retraining;
import espalier.work.Workbench;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Deep mutual learning. Zhang, Xiang, Hospedales, Lu: Deep Mutual Learning, 2018, arXiv:1706.00384: students learn from the labels and
 * from each other, at the same time. All of them are one graph while they train, so a step is one step of all.
 *
 * @param with the other students: {@code zoo:} networks of any shape, or files
 */
@Method(
        key = "mutual",
        summary = "students that train together teach each other",
        paper = "Zhang, Xiang, Hospedales, Lu: Deep Mutual Learning, 2018, arXiv:1706.00384")
public record Mutual(
        @Key("files or zoo: networks that train together with the student")
        List<String> with) implements Regime {
    public Mutual() {
        this(List.of());
    }

    public Mutual {
        with = List.copyOf(with);
    }

    @Override
    public List<String> networks() {
        return with;
    }

    @Override
    public Outcome run(Distill how, Model student, Workbench bench) {
        if (with.isEmpty()) {
            throw new BadInputException(
                    "regime mutual needs another student: {mutual: {with: [zoo:resnet8]}} trains one beside it");
        }
        if (!how.teacher().isEmpty()) {
            throw new BadInputException("regime mutual has no teacher, students teach each other: leave teacher out");
        }
        if (!how.loss().stream().allMatch(Distill::onScores)) {
            throw new BadInputException("regime mutual compares scores: take soft-targets, logits, dist or decoupled");
        }
        List<Model> members = new ArrayList<>();
        members.add(Passes.beforeTraining().apply(student));
        for (String other : with) {
            Model peer = bench.network(other, bench.seed() + 3_000_003L * members.size());
            members.add(Passes.beforeTraining().apply(peer));
        }
        requireAlike(how, members, bench);
        Together together = Together.of(members);
        Peers objective = new Peers(
                together.outputs(),
                how.loss(),
                how.loss().stream().map(l -> how.weight(how.loss().indexOf(l))).toList(),
                Lesson.labelWeight(how, bench),
                how.training().labelSmoothing());
        Outcome trained = Retraining.run("mutual", how.training(), objective, together.model(), bench);
        List<String> notes = new ArrayList<>(trained.notes());
        List<Double> accuracies = new ArrayList<>();
        for (int i = 0; i < members.size(); i++) {
            Evaluation its = Lesson.evaluate(together.member(i, trained.model()), bench);
            String name = i == 0 ? "student" : with.get(i - 1);
            its.accuracy().ifPresent(a -> {
                accuracies.add(a);
                notes.add(String.format(Locale.ROOT, "mutual: %s %.2f %%", name, 100 * a));
            });
        }
        return new Outcome(together.member(0, trained.model()), notes, Map.of("accuracies", accuracies));
    }

    private void requireAlike(Distill how, List<Model> members, Workbench bench) {
        OptionalLong first = Anatomy.of(members.get(0), bench.shapes()).classes();
        for (int i = 1; i < members.size(); i++) {
            OptionalLong its = Anatomy.of(members.get(i), bench.shapes()).classes();
            if (first.isPresent() && its.isPresent() && !first.equals(its)) {
                throw BadInputException.of(
                        "'%s' has %d classes, the student %d: students that teach each other need the same ones",
                        with.get(i - 1), its.getAsLong(), first.getAsLong());
            }
        }
        Guards.requireLabels(how, bench.data().train());
        Guards.requireFit(how, first);
    }
}
