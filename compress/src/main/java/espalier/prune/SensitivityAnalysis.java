package espalier.prune;

import espalier.data.Batches;
import espalier.graph.Model;
import espalier.work.Evaluation;
import espalier.work.Referee;
import espalier.work.Workbench;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Prunes one layer after the other by several ratios, without retraining, and measures what that costs in the referee, on training
 * data: the test data must not help to choose.
 */
public final class SensitivityAnalysis {
    /** Ratios that tell a curve apart well enough. */
    public static final List<Double> RATIOS = List.of(0.25, 0.5, 0.75, 0.9);

    /** Samples after which differences of half a point are no longer noise. */
    private static final int SAMPLES = 2000;

    private SensitivityAnalysis() {}

    /** Analyses the layers that {@code settings} would prune, by its importance. */
    public static Sensitivity of(Prune settings, Model model, List<Double> ratios, Workbench bench) {
        Plan plan = settings.granularity().plan(settings, model, bench);
        Evidence evidence = new DataEvidence(model, bench);
        Batches batches = bench.sample(model, SAMPLES);
        Evaluation whole = judged(model, batches, bench.referee());
        boolean labelled = whole.accuracy().isPresent();
        Map<String, Curve> layers = new TreeMap<>();
        for (int i = 0; i < plan.layers().size(); i++) {
            List<Curve.Point> points = new ArrayList<>();
            for (double ratio : ratios) {
                Evaluation e = judged(plan.without(i, ratio, evidence), batches, bench.referee());
                double drop =
                        labelled ? whole.accuracy().getAsDouble() - e.accuracy().orElseThrow() : 1 - whole.agreement(e);
                points.add(new Curve.Point(ratio, drop));
            }
            layers.put(plan.layers().get(i), new Curve(points));
            bench.monitor()
                    .progress(
                            "sensitivity",
                            i + 1,
                            plan.layers().size(),
                            String.format(Locale.ROOT, "%s", plan.layers().get(i)));
        }
        return new Sensitivity(labelled ? "accuracy" : "agreement", layers);
    }

    private static Evaluation judged(Model model, Batches batches, Referee referee) {
        try (Referee.Session session = referee.open(model)) {
            return Evaluation.of(model, session, batches);
        }
    }
}
