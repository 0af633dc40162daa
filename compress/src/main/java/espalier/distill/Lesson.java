package espalier.distill;

import espalier.config.Family;
import espalier.data.Batches;
import espalier.data.Batching;
import espalier.data.DataSet;
import espalier.data.DataSource;
import espalier.data.Split;
import espalier.graph.BadInputException;
import espalier.graph.Model;
import espalier.pass.FoldBatchNorm;
import espalier.pass.Passes;
import espalier.torch.Program;
import espalier.train.Logits;
import espalier.train.Training;
import espalier.train.TrainingData;
import espalier.work.Evaluation;
import espalier.work.Outcome;
import espalier.work.Referee;
import espalier.work.Retraining;
import espalier.work.Workbench;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * One student and its teachers: what is compared, with which weights, in one stage or two.
 *
 * @param student ready for training
 * @param teachers ready to run on the student's inputs
 */
record Lesson(Distill how, Model student, List<Model> teachers, Workbench bench) {
    private static final double LABELS_BESIDE_SCORES = 0.5;
    private static final double LABELS_BESIDE_FEATURES = 0.8;
    private static final int COMPARED = 2_000;

    static Lesson of(Distill how, Model student, List<Model> teachers, Workbench bench) {
        return new Lesson(how, Passes.beforeTraining().apply(student), teachers, bench);
    }

    /** The teachers that the settings name, or the original network, for inputs as the student gets them. */
    static List<Model> teachers(Distill how, Workbench bench) {
        Stream<Model> networks = how.teacher().isEmpty()
                ? Stream.of(bench.original())
                : how.teacher().stream().map(name -> bench.network(name, bench.seed()));
        return networks.map(Passes.beforeTraining()::apply).toList();
    }

    /**
     * Scores of a teacher can stand in for labels, so they share evenly. Features cannot, and their gradient stays long when that of
     * the labels becomes short: the papers put them beside all of the cross-entropy.
     */
    static double labelWeight(Distill how, Workbench bench) {
        boolean likeLabels = how.loss().stream().anyMatch(Distillation::scaledAsLabels);
        double shared = likeLabels ? LABELS_BESIDE_SCORES : LABELS_BESIDE_FEATURES;
        return how.labelWeight().orElse(bench.data().train().labelled() ? shared : 0);
    }

    static Evaluation evaluate(Model model, Workbench bench) {
        return evaluate(model, bench, bench.testBatches(model));
    }

    static Evaluation evaluate(Model model, Workbench bench, Batches batches) {
        try (Referee.Session session = bench.referee().open(model)) {
            return Evaluation.of(model, session, batches);
        }
    }

    /** The share of test samples of which two networks say the same; a teacher may be slow, so of some of them. */
    private double agreement(Model one, Model other) {
        DataSet some = Split.first(bench.data().forMeasuring(), COMPARED);
        DataSource compared = DataSource.of(some);
        return evaluate(one, bench, Workbench.testBatches(one, compared, bench.normalization()))
                .agreement(evaluate(other, bench, Workbench.testBatches(other, compared, bench.normalization())));
    }

    /** A loss and what it reads. */
    private record Prepared(Grown student, List<Taught.Part> parts, List<String> notes) {}

    /** Trains the student; its regressors are gone afterwards. */
    Outcome run(String task) {
        List<String> notes = new ArrayList<>(Guards.check(this));
        Prepared ready = prepared();
        notes.addAll(ready.notes);
        Set<String> wanted = new TreeSet<>();
        ready.parts.forEach(p -> wanted.addAll(p.teacher()));
        wanted.remove(scores(teachers.get(0)));
        Model trained;
        try (Teacher teacher = teacher(List.copyOf(wanted), notes)) {
            trained = train(task, ready, teacher, notes);
        }
        Model result = ready.student.without(trained);
        Map<String, Object> details = new LinkedHashMap<>();
        double agreement = agreement(result, teachers.get(0));
        details.put("agreementWithTeacher", agreement);
        notes.add(String.format(
                Locale.ROOT,
                "%s: agrees with the teacher on %.2f %% of %d test samples",
                task,
                100 * agreement,
                Math.min(COMPARED, bench.data().forMeasuring().size())));
        return new Outcome(result, notes, details);
    }

    private Prepared prepared() {
        Grown grown = Grown.of(student);
        List<Taught.Part> parts = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        for (int i = 0; i < how.loss().size(); i++) {
            Distillation loss = how.loss().get(i);
            if (Distill.onScores(loss)) {
                parts.add(new Taught.Part(
                        loss, how.weight(i), List.of(scores(student)), List.of(scores(teachers.get(0)))));
                continue;
            }
            List<Match> matches =
                    Match.of(loss, Anatomy.of(student, bench.shapes()), Anatomy.of(teachers.get(0), bench.shapes()));
            Grown.Taught now = grown.with(loss.regressor(), matches, bench.seed() + i);
            for (int m = 0; m < matches.size(); m++) {
                notes.add(line(loss, matches.get(m), now.matches().get(m)));
            }
            grown = now.student();
            matches = now.matches();
            parts.add(new Taught.Part(
                    loss,
                    how.weight(i),
                    matches.stream().map(m -> m.student().name()).toList(),
                    matches.stream().map(m -> m.teacher().name()).toList()));
        }
        return new Prepared(grown, parts, notes);
    }

    private static String scores(Model model) {
        return Logits.of(model.graph());
    }

    private static String line(Distillation loss, Match match, Match read) {
        return Family.keyOf(loss) + ": student " + match.student() + ", teacher " + match.teacher()
                + (match.equals(read) ? "" : ", through a regressor");
    }

    private Model train(String task, Prepared ready, Teacher teacher, List<String> notes) {
        Model now = ready.student.model();
        double labels = labelWeight(how, bench);
        List<Taught.Part> later = new ArrayList<>(ready.parts);
        if (how.firstEpochs() > 0) {
            List<Taught.Part> first =
                    ready.parts.stream().filter(p -> p.loss().goesFirst()).toList();
            later.removeAll(first);
            if (later.isEmpty() && !bench.data().train().labelled()) {
                throw new BadInputException(
                        "first-epochs: nothing is left to learn from in the second stage without labels: add soft-targets");
            }
            Training training = how.training().withEpochs(how.firstEpochs());
            Outcome made =
                    stage(task + ", first stage", training, first, 0, now, ready, teacher, bench.part("first"), notes);
            now = made.model();
            labels = later.isEmpty() ? 1 : labels;
        }
        return stage(task, how.training(), later, labels, now, ready, teacher, bench, notes)
                .model();
    }

    private Outcome stage(
            String task,
            Training training,
            List<Taught.Part> parts,
            double labels,
            Model model,
            Prepared ready,
            Teacher teacher,
            Workbench at,
            List<String> notes) {
        Taught taught = Taught.by(teacher, parts, labels, training.labelSmoothing());
        if (how.balance() && labels < 1 && (parts.size() > 1 || labels > 0)) {
            Training seeded = training.withSeed(at.seed() + training.seed());
            TrainingData data = TrainingData.of(at.data().train(), at.normalization(), seeded);
            try (Program program = Program.of(model)) {
                Balance balance = Balance.of(taught, program, ready.student.added(), data.train());
                notes.addAll(balance.notes());
                taught = taught.weighing(balance.weights());
            }
        }
        Outcome made = Retraining.run(task, training, taught, model, at);
        notes.addAll(made.notes());
        return made;
    }

    private Teacher teacher(List<String> wanted, List<String> notes) {
        List<Teacher> all = new ArrayList<>();
        try {
            teachers.forEach(t -> all.add(one(t, wanted, notes)));
            return keptWherePossible(all.size() == 1 ? all.get(0) : new MeanTeacher(all), wanted, notes);
        } catch (RuntimeException e) {
            all.forEach(Teacher::close);
            throw e;
        }
    }

    private Teacher keptWherePossible(Teacher live, List<String> wanted, List<String> notes) {
        boolean keepable = how.loss().stream().noneMatch(Distillation::differentiates)
                && Retraining.repeats(how.training(), bench.data().train().size());
        if (!how.cache() || !keepable || labelWeight(how, bench) == 1) {
            return live;
        }
        int size = Math.min(
                how.training().batch(), Math.max(1, bench.data().train().size()));
        Batches batches = Batches.of(bench.data().train(), Batching.inOrder(size, bench.normalization()));
        var cached = CachedTeacher.of(live, wanted, batches, Outputs.file(teachers, wanted, bench), bench.monitor());
        if (cached.isEmpty()) {
            notes.add("the teacher's outputs are too many to be kept: it runs in every step");
            return live;
        }
        live.close();
        return cached.get();
    }

    private Teacher one(Model model, List<String> wanted, List<String> notes) {
        try {
            boolean scores = how.loss().stream().allMatch(Distill::onScores);
            Program program = Program.of(scores ? new FoldBatchNorm().apply(model) : model);
            return new LiveTeacher(program, scores(program.model()), wanted, true);
        } catch (BadInputException e) {
            if (how.loss().stream().anyMatch(Distillation::differentiates)) {
                throw e;
            }
            notes.add("the teacher runs in ONNX Runtime: " + e.getMessage());
            return RefereeTeacher.of(model, bench.referee(), wanted);
        }
    }
}
