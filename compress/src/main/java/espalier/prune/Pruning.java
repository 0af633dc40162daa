package espalier.prune;

import espalier.channel.Choice;
import espalier.channel.Cut;
import espalier.channel.Masked;
import espalier.graph.BadInputException;
import espalier.graph.Model;
import espalier.graph.Tensor;
import espalier.pass.Passes;
import espalier.work.Evaluation;
import espalier.work.Outcome;
import espalier.work.Referee;
import espalier.work.Retraining;
import espalier.work.Workbench;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The step {@code prune}: choose, mask, cut, check that both agree, retrain. */
public final class Pruning {
    /** Masked and cut compute the same in another order of summation: float noise, far below what a wrong cut would make. */
    private static final double TOLERANCE = 1e-4;

    private Pruning() {}

    public static Outcome run(Prune settings, Model input, Workbench bench) {
        Model model = Passes.beforeTraining().apply(input);
        Plan plan = new Plan(model, settings);
        Choice choice = plan.choice();
        if (choice.isEmpty()) {
            throw new BadInputException(
                    "nothing to prune: every layer is at its narrowest allowed width; lower 'round' or 'minimum'");
        }
        Model cut = Cut.apply(model, choice);
        List<String> notes = new ArrayList<>(plan.describe(choice));
        notes.add(compare(Masked.apply(model, choice), cut, bench));
        Outcome retrained = Retraining.run(settings.retrain(), settings.against(), cut, bench);
        notes.addAll(retrained.notes());
        return new Outcome(retrained.model(), notes);
    }

    private static String compare(Model masked, Model cut, Workbench bench) {
        Map<String, Tensor> inputs =
                Evaluation.named(cut, bench.testBatches(cut).batch(0, 0));
        double difference = difference(outputs(masked, inputs, bench.referee()), outputs(cut, inputs, bench.referee()));
        if (!(difference <= TOLERANCE)) {
            throw new IllegalStateException(String.format(
                    Locale.ROOT, "masked and cut network differ by %.2g of their largest output", difference));
        }
        return String.format(
                Locale.ROOT, "masked and cut network agree within %.1g of their largest output", difference);
    }

    private static Map<String, Tensor> outputs(Model model, Map<String, Tensor> inputs, Referee referee) {
        try (Referee.Session session = referee.open(model)) {
            return session.run(inputs);
        }
    }

    /** Largest difference relative to the largest value, over all outputs. */
    private static double difference(Map<String, Tensor> a, Map<String, Tensor> b) {
        double worst = 0;
        for (var e : a.entrySet()) {
            float[] x = e.getValue().toFloats();
            float[] y = java.util.Objects.requireNonNull(b.get(e.getKey()), e.getKey())
                    .toFloats();
            double largest = Float.MIN_NORMAL;
            double apart = 0;
            for (int i = 0; i < x.length; i++) {
                largest = Math.max(largest, Math.abs(x[i]));
                apart = Math.max(apart, Math.abs(x[i] - y[i]));
            }
            worst = Math.max(worst, apart / largest);
        }
        return worst;
    }
}
