package espalier.prune;

import espalier.calibrate.FreshWeights;
import espalier.graph.Model;
import espalier.train.Training;
import espalier.train.TrainingData;
import espalier.work.Evaluation;
import espalier.work.Origin;
import espalier.work.Referee;
import espalier.work.Retraining;
import espalier.work.Variation;
import espalier.work.Workbench;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongFunction;

/** The control of a pruning: the pruned shape, trained from other weights on the same budget. */
final class Trials {
    private final Prune settings;
    private final Workbench bench;
    private final Training retrain;
    private final int trainings;

    /** @param trainings how often the pruned network was retrained */
    Trials(Prune settings, Workbench bench, Training retrain, int trainings) {
        this.settings = settings;
        this.bench = bench;
        this.retrain = retrain;
        this.trainings = trainings;
    }

    /**
     * One kind of start.
     *
     * @param start as {@code scratch}
     * @param epochs that each run had, the last perhaps not whole
     * @param accuracies top-1 share on the test data, or agreement with the original without labels, by seed
     */
    record Row(String start, int epochs, List<Double> accuracies) {
        double mean() {
            return accuracies.stream().mapToDouble(a -> a).average().orElseThrow();
        }

        /** Of the sample, as n - 1 degrees of freedom tell; 0 for one run. */
        double deviation() {
            double mean = mean();
            double squares = accuracies.stream()
                    .mapToDouble(a -> (a - mean) * (a - mean))
                    .sum();
            return accuracies.size() < 2 ? 0 : Math.sqrt(squares / (accuracies.size() - 1));
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "control: %s %.2f %% (+- %.2f, %d seeds, %d epochs)",
                    start,
                    100 * mean(),
                    100 * deviation(),
                    accuracies.size(),
                    epochs);
        }
    }

    /**
     * @param result what pruning and retraining gave
     * @param pruned the pruned network before its last retraining
     * @param initial its initial weights, where they are known
     * @param masks that hold during training
     */
    List<Row> run(Model result, Model pruned, Optional<Model> initial, Map<String, float[]> masks) {
        Training budget = budget();
        List<Row> rows = new ArrayList<>();
        rows.add(row("fine-tuned", retrain, seed -> pruned, masks, Optional.of(result)));
        rows.add(row("scratch", budget, seed -> FreshWeights.of(pruned, seed), masks, Optional.empty()));
        initial.ifPresent(m -> rows.add(row("rewound", budget, seed -> m, masks, Optional.empty())));
        return rows;
    }

    /** The epochs that are wanted, or all that the pruned network has seen, as far as they are known. */
    private Training budget() {
        double epochs = settings.controlEpochs().isPresent()
                ? settings.controlEpochs().getAsInt()
                : trainings * epochs(retrain)
                        + epochs(settings.importance().preparation())
                        + epochs(bench.origin().map(Origin::training));
        Training whole = retrain.withEpochs(whole(epochs)).withSteps(OptionalLong.empty());
        return epochs == whole.epochs()
                ? whole
                : whole.withSteps(OptionalLong.of(Math.round(epochs * perEpoch(whole))));
    }

    private double epochs(Optional<Training> how) {
        return how.map(this::epochs).orElse(0.0);
    }

    /** Possibly broken, where steps end it. */
    private double epochs(Training how) {
        return (double) how.totalSteps(perEpoch(how)) / perEpoch(how);
    }

    private int perEpoch(Training how) {
        return TrainingData.of(bench.data().train(), bench.normalization(), how)
                .train()
                .steps();
    }

    private static int whole(double epochs) {
        return (int) Math.ceil(epochs);
    }

    private Row row(
            String start, Training how, LongFunction<Model> model, Map<String, float[]> masks, Optional<Model> first) {
        List<Double> accuracies = new ArrayList<>();
        for (int i = 0; i < settings.control(); i++) {
            long seed = bench.seed() + i;
            Workbench part = bench.part(start + (i + 1)).withSeed(seed);
            Model network = model.apply(seed);
            Variation variation = masks.isEmpty() ? Variation.NONE : MaskTraining.fixed(masks, network);
            Model trained = i == 0 && first.isPresent()
                    ? first.get()
                    : Retraining.run(how, settings.against(), network, part, variation)
                            .model();
            accuracies.add(accuracy(trained));
        }
        return new Row(start, whole(epochs(how)), accuracies);
    }

    private double accuracy(Model model) {
        Evaluation its = evaluation(model);
        return its.accuracy().isPresent()
                ? its.accuracy().getAsDouble()
                : evaluation(bench.original()).agreement(its);
    }

    private Evaluation evaluation(Model model) {
        try (Referee.Session session = bench.referee().open(model)) {
            return Evaluation.of(model, session, bench.testBatches(model));
        }
    }
}
