package espalier.work;

import espalier.data.Batches;
import espalier.data.Batching;
import espalier.distill.SoftTargets;
import espalier.distill.Taught;
import espalier.graph.Model;
import espalier.pass.Passes;
import espalier.torch.Program;
import espalier.train.CrossEntropy;
import espalier.train.EpochResult;
import espalier.train.Moment;
import espalier.train.Objective;
import espalier.train.Parametrization;
import espalier.train.Progress;
import espalier.train.Trainer;
import espalier.train.Training;
import espalier.train.TrainingData;
import espalier.train.TrainingResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Trains a network on a workbench: the step {@code train}, and what every step that changes a network ends with. What was pruned or
 * clustered before stays so, unless the step has a way of its own with weights.
 */
public final class Retraining {
    /** Labels and original count alike. */
    private static final double HALF = 0.5;

    private static final int ASKING_BATCH = 128;

    /** 256 MB of them. */
    private static final long MOST_SCORES = 1L << 26;

    private Retraining() {}

    /** The step {@code train}: with labels. */
    public static Outcome train(Training how, Model input, Workbench bench) {
        Model model = Passes.beforeTraining().apply(input);
        return run("train", how, new CrossEntropy(how.labelSmoothing()), model, bench, Variation.NONE);
    }

    /** Brings a changed network back, against labels, the original network, or both. */
    public static Outcome run(Training how, Against against, Model model, Workbench bench) {
        return run(how, against, model, bench, Variation.NONE);
    }

    /** As {@link #run(Training, Against, Model, Workbench)}, in a way of its own. */
    public static Outcome run(Training how, Against against, Model model, Workbench bench, Variation variation) {
        boolean labelled = bench.data().train().labelled();
        if (against == Against.LABELS) {
            return run("retrain", how, new CrossEntropy(how.labelSmoothing()), model, bench, variation);
        }
        double labelWeight = labelled && against == Against.AUTO ? HALF : 0;
        try (Program teacher = Program.of(Passes.beforeTraining().apply(bench.original()))) {
            Taught taught = Taught.by(teacher, new SoftTargets(), labelWeight, how.labelSmoothing());
            int samples = bench.data().train().size();
            long classes = Networks.classes(bench.original())
                    .orElse(labelled ? bench.data().train().classes() : Integer.MAX_VALUE);
            boolean few = samples * classes <= MOST_SCORES;
            Objective objective = few && repeats(how, samples) ? taught.knowing(inOrder(bench)) : taught;
            return run("retrain", how, objective, model, bench, variation);
        }
    }

    /** Whether training shows the same samples again, so that it pays to ask a teacher once about each. */
    public static boolean repeats(Training how, int samples) {
        return how.augmentation().isNone()
                && how.validation() == 0
                && how.epochs() > 1
                && how.steps().orElse(Long.MAX_VALUE) > samples / how.batch();
    }

    private static Batches inOrder(Workbench bench) {
        return Batches.of(bench.data().train(), Batching.inOrder(ASKING_BATCH, bench.normalization()));
    }

    /**
     * Trains a network for any objective.
     *
     * @param task how the progress line calls it
     */
    public static Outcome run(String task, Training how, Objective objective, Model model, Workbench bench) {
        return run(task, how, objective, model, bench, Variation.NONE);
    }

    private static Outcome run(
            String task, Training how, Objective objective, Model model, Workbench bench, Variation variation) {
        Training seeded = how.withSeed(bench.seed() + how.seed());
        TrainingData data = TrainingData.of(bench.data().train(), bench.normalization(), seeded);
        try (Program program = Program.of(model, seeded.precision())) {
            Parametrization own = variation.parametrization();
            Kept kept = Kept.of(model).except(own::owns);
            List<String> notes = new ArrayList<>();
            kept.note().ifPresent(notes::add);
            Parametrization seen = kept.labels().isEmpty() ? own : new Beside(own, kept);
            TrainingResult result = Trainer.of(program, seeded, variation.objective(objective, program), data)
                    .seeing(seen)
                    .checkpointingTo(bench.checkpoint())
                    .run(new Watch(task, bench.monitor()));
            if (result.stopped()) {
                throw new StoppedException(
                        "stopped after step " + result.steps() + " of " + task + ", checkpoint written");
            }
            notes.add(summary(task, result));
            return new Outcome(program.weightsInto(model), notes);
        }
    }

    private static String summary(String task, TrainingResult result) {
        EpochResult last = result.epochs().get(result.epochs().size() - 1);
        return String.format(Locale.ROOT, "%s: %d steps, last epoch's loss %.4f", task, result.steps(), last.loss());
    }

    private record Watch(String task, Monitor monitor) implements Progress {
        @Override
        public void step(Moment now) {
            if (now.step() % 10 == 0 || now.step() == now.steps()) {
                monitor.progress(
                        task,
                        now.step(),
                        now.steps(),
                        String.format(
                                Locale.ROOT,
                                "epoch %d/%d, loss %.3f, %.0f/s",
                                now.epoch(),
                                now.epochs(),
                                now.loss(),
                                now.samplesPerSecond()));
            }
        }

        @Override
        public boolean stopping() {
            return monitor.stopping();
        }
    }
}
