package espalier.factorize;

import espalier.calibrate.Activations;
import espalier.calibrate.FreshWeights;
import espalier.calibrate.Recovery;
import espalier.calibrate.Survivors;
import espalier.graph.BadInputException;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Shape;
import espalier.op.InputShapes;
import espalier.op.Trace;
import espalier.pass.FoldBatchNorm;
import espalier.pass.Passes;
import espalier.torch.Program;
import espalier.work.Against;
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
import java.util.Optional;

/** The step {@code factorize}: choose ranks, split, mend, draw layer by layer to the original, retrain. */
public final class Factorization {
    private final Factorize settings;
    private final Model model;
    private final Workbench bench;
    private final List<String> notes = new ArrayList<>();

    private Factorization(Factorize settings, Model model, Workbench bench) {
        this.settings = settings;
        this.model = model;
        this.bench = bench;
    }

    public static Outcome run(Factorize settings, Model input, Workbench bench) {
        return new Factorization(settings, Passes.beforeTraining().apply(input), bench).run();
    }

    /**
     * What there is to gain, by the weights alone: nothing is run and nothing trained.
     *
     * @param shapes of the network's inputs
     * @param notes are added to: which layers stay as they are, and why
     */
    public static List<Gain> preview(Factorize settings, Model input, Map<String, Shape> shapes, List<String> notes) {
        Model model = Passes.beforeTraining().apply(input);
        List<Target> targets = Chosen.of(model.graph(), settings);
        Trial trial = new Trial(model, settings.method(), targets, Inputs.UNKNOWN, shapes, Optional.empty());
        List<Gain> gains =
                splits(settings, trial).stream().map(s -> Gain.of(s, trial)).toList();
        notes.addAll(trial.notes());
        return gains;
    }

    private static List<Split> splits(Factorize settings, Trial trial) {
        if (settings.method().ownRank().isPresent()) {
            return trial.each(t -> new SameRank(settings.method().ownRank().getAsInt()).of(t.name(), trial.full(t)));
        }
        return settings.rank().chosen(trial);
    }

    private Outcome run() {
        List<Target> targets = Chosen.of(model.graph(), settings);
        Inputs inputs = settings.weighted()
                ? Inputs.of(model, targets, bench.calibration(model), Activations.SAMPLES)
                : Inputs.UNKNOWN;
        boolean measures =
                settings.rank() instanceof Budget && settings.method().ownRank().isEmpty();
        Trial trial = new Trial(
                model,
                settings.method(),
                targets,
                inputs,
                bench.shapes(),
                measures ? Optional.of(new Judge(model, bench)) : Optional.empty());
        List<Split> splits = measures
                ? new KeptRanks(bench.part("ranks").checkpoint()).orElse(trial, () -> splits(settings, trial))
                : splits(settings, trial);
        notes.addAll(trial.notes());
        if (splits.isEmpty()) {
            throw new BadInputException("nothing to factorize: no layer gets smaller at these ranks; give lower ones");
        }
        requireNoSequences(splits);
        List<Gain> gains = splits.stream().map(s -> Gain.of(s, trial)).toList();
        gains.forEach(g -> notes.add(g.toString()));
        Model start = mended(splits);
        Model trained = retrained(start, splits, bench);
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("layers", gains);
        control(start).ifPresent(c -> details.put("control", List.of(c)));
        return new Outcome(merged(trained), notes, details);
    }

    /** A batch norm takes the second axis for channels, which in sequences is their length. */
    private void requireNoSequences(List<Split> splits) {
        if (settings.between() == Between.NOTHING) {
            return;
        }
        Trace trace = Trace.of(model, InputShapes.of(model, 1, bench.shapes()));
        for (Split s : splits) {
            Node n = s.target().node();
            if (n.is("MatMul")
                    && trace.type(n.input(0)).filter(t -> t.shape().rank() == 2).isEmpty()) {
                throw BadInputException.of(
                        "layer '%s' multiplies sequences, between whose factors no batch norm fits: exclude it, or leave"
                                + " 'between' out",
                        s.target().name());
            }
        }
    }

    private Model mended(List<Split> splits) {
        Model mended = Chains.apply(model, splits, settings.between());
        if (settings.between() != Between.NOTHING) {
            mended = Norms.measured(mended, model, settings.between(), bench.calibration(model));
        }
        for (Recovery r : settings.recover()) {
            mended = r.apply(model, mended, Survivors.all(), bench.calibration(model));
        }
        return mended;
    }

    private Model retrained(Model start, List<Split> splits, Workbench part) {
        Model drawn = start;
        if (settings.layerwise() > 0) {
            try (Program teacher = Program.of(model)) {
                LayerDistance distance = new LayerDistance(
                        teacher,
                        splits.stream().map(s -> s.target().node().output(0)).toList());
                Outcome layers = Retraining.run(
                        settings.retrain().withEpochs(settings.layerwise()),
                        Against.LABELS,
                        start,
                        part.part("layerwise"),
                        distance);
                notes.addAll(layers.notes());
                drawn = layers.model();
            }
        }
        Outcome whole = Retraining.run(settings.retrain(), settings.against(), drawn, part);
        notes.addAll(whole.notes());
        return whole.model();
    }

    /** Batch norm between the layers goes again where the network had none before. */
    private Model merged(Model trained) {
        boolean had = model.graph().nodes().stream().anyMatch(n -> n.is("BatchNormalization"));
        return had || settings.between() != Between.NORM ? trained : new FoldBatchNorm().apply(trained);
    }

    /** The same shape from fresh weights, on the same budget. */
    private Optional<Map<String, Object>> control(Model start) {
        int epochs = settings.retrain().epochs() + settings.layerwise();
        List<Double> accuracies = new ArrayList<>();
        for (int i = 0; i < settings.control(); i++) {
            Workbench part = bench.part("control" + (i + 1)).withSeed(bench.seed() + i);
            Model fresh = FreshWeights.of(start, part.seed());
            accuracies.add(
                    accuracy(Retraining.run(settings.retrain().withEpochs(epochs), settings.against(), fresh, part)
                            .model()));
        }
        if (accuracies.isEmpty()) {
            return Optional.empty();
        }
        double mean = accuracies.stream().mapToDouble(a -> a).average().orElseThrow();
        notes.add(String.format(
                Locale.ROOT, "control: scratch %.2f %% (%d seeds, %d epochs)", 100 * mean, settings.control(), epochs));
        return Optional.of(Map.of("start", "scratch", "epochs", epochs, "accuracies", accuracies));
    }

    private double accuracy(Model trained) {
        Evaluation its = evaluation(trained);
        return its.accuracy().isPresent()
                ? its.accuracy().getAsDouble()
                : evaluation(bench.original()).agreement(its);
    }

    private Evaluation evaluation(Model judged) {
        try (Referee.Session session = bench.referee().open(judged)) {
            return Evaluation.of(judged, session, bench.testBatches(judged));
        }
    }
}
