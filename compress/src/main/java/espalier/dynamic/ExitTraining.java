package espalier.dynamic;

import espalier.data.Batches;
import espalier.data.Batching;
import espalier.data.DataSet;
import espalier.data.DataSource;
import espalier.data.Split;
import espalier.exit.ExitPoints;
import espalier.graph.BadInputException;
import espalier.graph.Model;
import espalier.graph.Tensor;
import espalier.pass.ExitStages;
import espalier.pass.FoldBatchNorm;
import espalier.pass.Passes;
import espalier.torch.Program;
import espalier.train.Objective;
import espalier.train.Parametrization;
import espalier.work.Evaluation;
import espalier.work.Outcome;
import espalier.work.Referee;
import espalier.work.Retraining;
import espalier.work.Variation;
import espalier.work.Workbench;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

/** The step {@code exits}: attach, train, calibrate, and tell what leaving early gains and costs. */
public final class ExitTraining {
    private static final int BATCH = 100;
    private static final int CURVE = 24;

    private final Exits how;
    private final Workbench bench;

    private ExitTraining(Exits how, Workbench bench) {
        this.how = how;
        this.bench = bench;
    }

    public static Outcome run(Exits how, Model input, Workbench bench) {
        return new ExitTraining(how, bench).run(Passes.beforeTraining().apply(input));
    }

    private Outcome run(Model trunk) {
        ExitHeads heads = ExitHeads.attach(trunk, how, bench.shapes(), bench.seed());
        requireBudget(heads.finished(heads.model(), how), heads.points(how));
        Split split = Split.of(bench.data().train(), how.calibration(), bench.seed());
        Workbench learning =
                bench.withData(DataSource.of(split.train(), bench.data().forMeasuring()));
        Outcome trained = how.trunk() == Trunk.FROZEN ? frozen(heads, learning) : joint(heads, learning);
        Model model = heads.finished(trained.model(), how);
        ExitPoints points = heads.points(how);
        ThresholdSearch held = ThresholdSearch.of(calibration(model, points, split.validation()));
        OperatingPoint chosen = chosen(held);
        ExitPoints calibrated = points.with(how.rule(), chosen.thresholds());
        OptionalDouble control = how.control() ? control(trunk, learning) : OptionalDouble.empty();
        Calibration test = calibration(model, calibrated, bench.data().forMeasuring());
        return new ExitFindings(
                        calibrated,
                        model,
                        bench.data().forMeasuring().labelled(),
                        chosen,
                        held.curve(CURVE),
                        test,
                        accuracy(trunk),
                        control,
                        millis(trunk, calibrated.into(model)))
                .outcome(trained.notes());
    }

    private void requireBudget(Model model, ExitPoints points) {
        long[] macs = ExitStages.macs(model, points, bench.shapes());
        double least = (double) macs[0] / macs[macs.length - 1];
        if (how.budget().isPresent() && how.budget().getAsDouble() < least) {
            throw new BadInputException(String.format(
                    Locale.ROOT,
                    "a budget of %.1f%% cannot be met: the first exit, at '%s', takes %.1f%%; give at least %.1f%% or attach an"
                            + " exit further in front",
                    100 * how.budget().getAsDouble(),
                    points.values().get(0),
                    100 * least,
                    Math.ceil(1000 * least) / 10));
        }
    }

    /** Of each stage, in turns with the network without exits, which is last. */
    private double[] millis(Model trunk, Model model) {
        List<Model> all = new ArrayList<>();
        ExitStages.of(model, bench.shapes()).forEach(s -> all.add(s.model()));
        all.add(trunk);
        return bench.referee().latencyMillis(all);
    }

    private Outcome joint(ExitHeads heads, Workbench learning) {
        return Retraining.run(how.retrain(), how.against(), heads.model(), learning, new Learning(heads));
    }

    /**
     * Batch norm of the trunk is merged into its layers meanwhile, so that what the exits see is what they will see; what they
     * learned is put into the network as it was.
     */
    private Outcome frozen(ExitHeads heads, Workbench learning) {
        Outcome trained = Retraining.run(
                how.retrain(), how.against(), new FoldBatchNorm().apply(heads.model()), learning, new Learning(heads));
        Map<String, Tensor> learned =
                new LinkedHashMap<>(trained.model().graph().initializers());
        learned.keySet().retainAll(heads.weights());
        Model whole = heads.model();
        return new Outcome(whole.withGraph(whole.graph().plusInitializers(learned)), trained.notes());
    }

    private final class Learning implements Variation {
        private final ExitHeads heads;

        Learning(ExitHeads heads) {
            this.heads = heads;
        }

        @Override
        public Objective objective(Objective plain, Program program) {
            Optional<Objective> last = how.trunk() == Trunk.FROZEN ? Optional.empty() : Optional.of(plain);
            return new ExitLoss(plain, last, heads, heads.shares(), how);
        }

        @Override
        public Parametrization parametrization() {
            return how.trunk() == Trunk.FROZEN ? new FrozenTrunk(heads.weights()) : Parametrization.NONE;
        }
    }

    /** Without labels those answers count as right that the last exit gives. */
    private Calibration calibration(Model model, ExitPoints points, DataSet samples) {
        List<String> exits = points.all(model);
        List<float[]> scores = scores(model, exits, samples);
        float[] last = scores.get(scores.size() - 1);
        long[] labels = new long[samples.size()];
        int classes = last.length / labels.length;
        for (int i = 0; i < labels.length; i++) {
            labels[i] = samples.labelled() ? samples.label(i) : top(last, i * classes, classes);
        }
        return Calibration.of(points.rule(), scores, labels, ExitStages.macs(model, points, bench.shapes()));
    }

    private static int top(float[] scores, int from, int classes) {
        int best = 0;
        for (int c = 1; c < classes; c++) {
            best = scores[from + c] > scores[from + best] ? c : best;
        }
        return best;
    }

    private List<float[]> scores(Model model, List<String> exits, DataSet samples) {
        Batches batches = Batches.of(samples, Batching.inOrder(BATCH, bench.normalization()));
        List<List<float[]>> parts = new ArrayList<>();
        exits.forEach(e -> parts.add(new ArrayList<>()));
        try (Referee.Session session = bench.referee().open(model)) {
            batches.epoch(0).forEach(batch -> {
                Map<String, Tensor> out = session.run(Evaluation.named(model, batch));
                for (int k = 0; k < exits.size(); k++) {
                    parts.get(k)
                            .add(Objects.requireNonNull(out.get(exits.get(k))).toFloats());
                }
            });
        }
        return parts.stream().map(ExitTraining::joined).toList();
    }

    private static float[] joined(List<float[]> parts) {
        float[] all = new float[parts.stream().mapToInt(p -> p.length).sum()];
        int at = 0;
        for (float[] p : parts) {
            System.arraycopy(p, 0, all, at, p.length);
            at += p.length;
        }
        return all;
    }

    private OperatingPoint chosen(ThresholdSearch held) {
        OperatingPoint never = held.never();
        return how.budget().isPresent()
                ? held.mostAccurate(how.budget().getAsDouble() * never.macs())
                : held.cheapest(never.accuracy() - how.drop());
    }

    private OptionalDouble control(Model trunk, Workbench learning) {
        return accuracy(Retraining.run(how.retrain(), how.against(), trunk, learning.part("control"))
                .model());
    }

    private OptionalDouble accuracy(Model model) {
        try (Referee.Session session = bench.referee().open(model)) {
            return Evaluation.of(model, session, bench.testBatches(model)).accuracy();
        }
    }
}
