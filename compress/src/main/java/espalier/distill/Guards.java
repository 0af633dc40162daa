package espalier.distill;

import espalier.config.Family;
import espalier.data.Batch;
import espalier.data.Batches;
import espalier.data.DataSet;
import espalier.graph.BadInputException;
import espalier.graph.Model;
import espalier.work.Evaluation;
import espalier.work.Workbench;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/** What is looked at before a lesson begins, so that it does not end in vain. */
final class Guards {
    private static final int SAMPLES = 1_000;
    private static final int FEWEST_TO_JUDGE = 100;
    private static final int FEWEST_OF_A_CLASS = 10;

    private Guards() {}

    /**
     * @return lines for the report
     * @throws BadInputException where nothing could come of it
     */
    static List<String> check(Lesson lesson) {
        Workbench bench = lesson.bench();
        requireLabels(lesson.how(), bench.data().train());
        OptionalLong classes = Anatomy.of(lesson.student(), bench.shapes()).classes();
        requireFit(lesson.how(), classes);
        List<String> notes = new ArrayList<>();
        for (int i = 0; i < lesson.teachers().size(); i++) {
            Model teacher = lesson.teachers().get(i);
            String who = lesson.teachers().size() == 1 ? "the teacher" : "teacher " + (i + 1);
            requireSame(who, Anatomy.of(teacher, bench.shapes()).classes(), classes);
            if (bench.data().train().labelled() && bench.data().train().size() >= 2 * FEWEST_TO_JUDGE) {
                judge(lesson, who, teacher, notes);
            }
        }
        return notes;
    }

    /** @throws BadInputException where labels have a weight, and samples have no labels */
    static void requireLabels(Distill how, DataSet samples) {
        if (how.labelWeight().orElse(0) > 0 && !samples.labelled()) {
            throw BadInputException.of(
                    "label-weight is %s, but the samples have no labels: leave it out",
                    how.labelWeight().getAsDouble());
        }
    }

    private static void requireSame(String who, OptionalLong its, OptionalLong students) {
        if (its.isPresent() && students.isPresent() && !its.equals(students)) {
            throw BadInputException.of(
                    "%s has %d classes, the student %d: both must have the same ones",
                    who, its.getAsLong(), students.getAsLong());
        }
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

    private static void judge(Lesson lesson, String who, Model teacher, List<String> notes) {
        Workbench bench = lesson.bench();
        Batches sample = bench.sample(teacher, SAMPLES);
        Evaluation its = Lesson.evaluate(teacher, bench, sample);
        requireSameOrder(who, its.predictions(), labels(sample), sample.data().classNames());
        double teaches = its.accuracy().orElse(0);
        double knows = Lesson.evaluate(lesson.student(), bench, bench.sample(lesson.student(), SAMPLES))
                .accuracy()
                .orElse(0);
        if (knows > teaches) {
            String worse = String.format(
                    Locale.ROOT,
                    "%s is worse than the student: %.1f %% against %.1f %% of %d training samples; raise"
                            + " label-weight, or choose another teacher",
                    who,
                    100 * teaches,
                    100 * knows,
                    sample.data().size());
            bench.monitor().say("  " + worse);
            notes.add(worse);
        }
    }

    private static long[] labels(Batches batches) {
        return batches.epoch(0)
                .map(Batch::labels)
                .flatMapToLong(java.util.Arrays::stream)
                .toArray();
    }

    /**
     * A teacher was made for another order where classes go round in a circle: what it calls the one is the next, and what it calls the
     * last is the first.
     */
    static void requireSameOrder(String who, int[] predicted, long[] labels, List<String> classes) {
        int[] means = meanings(predicted, labels, classes.size());
        for (int c = 0; c < means.length; c++) {
            if (means[c] != c && comesBack(means, c)) {
                throw BadInputException.of(
                        "%s's classes are in another order than those of the data: most samples that it calls class %d are of"
                                + " class %d (%s): rename the data's classes so that their order is the teacher's",
                        who, c, means[c], classes.get(means[c]));
            }
        }
    }

    private static boolean comesBack(int[] means, int c) {
        int at = means[c];
        for (int step = 1; step < means.length && at != c; step++) {
            at = means[at];
        }
        return at == c;
    }

    /** For each class that of the samples it is given to, where it is given to most of them and to few others; else itself. */
    private static int[] meanings(int[] predicted, long[] labels, int n) {
        int[][] counts = new int[n][n];
        int[] called = new int[n];
        int[] are = new int[n];
        for (int i = 0; i < labels.length; i++) {
            if (predicted[i] < n && labels[i] < n) {
                counts[predicted[i]][(int) labels[i]]++;
                called[predicted[i]]++;
                are[(int) labels[i]]++;
            }
        }
        int[] means = new int[n];
        for (int c = 0; c < n; c++) {
            int self = c;
            means[c] = IntStream.range(0, n)
                    .filter(l -> called[self] >= FEWEST_OF_A_CLASS)
                    .filter(l -> 2 * counts[self][l] > Math.max(called[self], are[l]))
                    .findFirst()
                    .orElse(self);
        }
        return means;
    }
}
