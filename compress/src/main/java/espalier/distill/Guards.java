package espalier.distill;

import espalier.config.Family;
import espalier.data.Batch;
import espalier.data.Batches;
import espalier.graph.BadInputException;
import espalier.graph.Model;
import espalier.work.Evaluation;
import espalier.work.Workbench;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/** What is looked at before a lesson begins, so that it does not end in vain. */
final class Guards {
    private static final int SAMPLES = 1_000;
    private static final int FEWEST_TO_JUDGE = 100;
    private static final double CLEARLY = 2;

    private Guards() {}

    /**
     * @return lines for the report
     * @throws BadInputException where nothing could come of it
     */
    static List<String> check(Lesson lesson) {
        List<String> notes = new ArrayList<>();
        Model teacher = lesson.teachers().get(0);
        OptionalLong classes = Anatomy.of(teacher, lesson.bench().shapes()).classes();
        requireFit(lesson.how(), classes);
        if (lesson.bench().data().train().labelled()
                && lesson.bench().data().train().size() >= 2 * FEWEST_TO_JUDGE) {
            judge(lesson, teacher, notes);
        }
        return notes;
    }

    /** @throws BadInputException where a loss has too few classes or samples to compare */
    static void requireFit(Distill how, OptionalLong classes) {
        for (Distillation loss : how.loss()) {
            classes.ifPresent(n -> requireClasses(loss, n));
            requireSamples(loss, how.training().batch());
        }
    }

    static void requireClasses(Distillation loss, long classes) {
        if (classes < loss.fewestClasses()) {
            throw BadInputException.of(
                    "%s tells nothing of %d classes, it needs %d or more: take %s",
                    Family.keyOf(loss), classes, loss.fewestClasses(), classes == 1 ? "logits" : "soft-targets");
        }
    }

    static void requireSamples(Distillation loss, int batch) {
        if (batch < loss.fewestSamples()) {
            throw BadInputException.of(
                    "%s compares the samples of a batch, and a batch of %d has too few: set batch to 32 or more",
                    Family.keyOf(loss), batch);
        }
    }

    private static void judge(Lesson lesson, Model teacher, List<String> notes) {
        Workbench bench = lesson.bench();
        Batches sample = bench.sample(teacher, SAMPLES);
        Evaluation its = Lesson.evaluate(teacher, bench, sample);
        requireSameOrder(its.predictions(), labels(sample), sample.data().classNames());
        double teaches = its.accuracy().orElse(0);
        double knows = Lesson.evaluate(lesson.student(), bench, bench.sample(lesson.student(), SAMPLES))
                .accuracy()
                .orElse(0);
        if (knows > teaches) {
            notes.add(String.format(
                    Locale.ROOT,
                    "the teacher is worse than the student: %.1f %% against %.1f %% of %d training samples; raise"
                            + " label-weight, or choose another teacher",
                    100 * teaches,
                    100 * knows,
                    sample.data().size()));
        }
    }

    private static long[] labels(Batches batches) {
        return batches.epoch(0)
                .map(Batch::labels)
                .flatMapToLong(java.util.Arrays::stream)
                .toArray();
    }

    /** A teacher that would be right far more often if its classes had other numbers was made for another order of them. */
    static void requireSameOrder(int[] predicted, long[] labels, List<String> classes) {
        int n = classes.size();
        int[][] counts = new int[n][n];
        int right = 0;
        for (int i = 0; i < labels.length; i++) {
            if (predicted[i] < n && labels[i] < n) {
                counts[predicted[i]][(int) labels[i]]++;
                right += predicted[i] == labels[i] ? 1 : 0;
            }
        }
        int renumbered = 0;
        int odd = -1;
        int means = -1;
        for (int c = 0; c < n; c++) {
            int most = 0;
            for (int l = 1; l < n; l++) {
                most = counts[c][l] > counts[c][most] ? l : most;
            }
            renumbered += counts[c][most];
            if (most != c && (odd < 0 || counts[c][most] > counts[odd][means])) {
                odd = c;
                means = most;
            }
        }
        if (odd >= 0
                && labels.length >= FEWEST_TO_JUDGE
                && renumbered > CLEARLY * right
                && 2 * renumbered > labels.length) {
            throw BadInputException.of(
                    "the teacher's classes are in another order than those of the data: most samples that it calls class"
                            + " %d are of class %d (%s): rename the data's classes so that their order is the teacher's",
                    odd, means, classes.get(means));
        }
    }
}
