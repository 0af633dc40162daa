package espalier.prune;

import espalier.calibrate.FreshWeights;
import espalier.graph.Model;
import espalier.train.Training;
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
import java.util.function.LongFunction;

/** The control of a pruning: the pruned shape, trained from other weights on the same budget. */
final class Trials {
    private final Prune settings;
    private final Workbench bench;
    private final Training retrain;

    Trials(Prune settings, Workbench bench, Training retrain) {
        this.settings = settings;
        this.bench = bench;
        this.retrain = retrain;
    }

    /**
     * One kind of start.
     *
     * @param start as {@code scratch}
     * @param epochs that each run had
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
        Training budget = retrain.withEpochs(epochs());
        List<Row> rows = new ArrayList<>();
        rows.add(row("fine-tuned", retrain, seed -> pruned, masks, Optional.of(result)));
        rows.add(row("scratch", budget, seed -> FreshWeights.of(pruned, seed), masks, Optional.empty()));
        initial.ifPresent(m -> rows.add(row("rewound", budget, seed -> m, masks, Optional.empty())));
        return rows;
    }

    /** All epochs that the pruned network has seen, as far as they are known. */
    private int epochs() {
        int retraining = retrain.epochs() * settings.rounds();
        return settings.controlEpochs()
                .orElse(retraining
                        + bench.origin()
                                .map(Origin::training)
                                .map(Training::epochs)
                                .orElse(0));
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
        return new Row(start, how.epochs(), accuracies);
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
