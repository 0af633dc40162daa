package espalier.prune;

import espalier.config.Family;
import espalier.config.Key;
import espalier.data.Batches;
import espalier.graph.BadInputException;
import espalier.graph.Model;
import espalier.pass.Passes;
import espalier.work.Evaluation;
import espalier.work.Referee;
import espalier.work.StoppedException;
import espalier.work.Workbench;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Prunes one layer after the other by several ratios, without retraining, and measures what that costs in the referee, on training
 * data: the test data must not help to choose. Li et al.: Pruning Filters for Efficient ConvNets, 2017, arXiv:1608.08710, section 3.2.
 *
 * @param importance what a channel or weight is worth
 * @param granularity what goes as one
 * @param include patterns of the layers to analyse; empty means all
 * @param exclude patterns of the layers to leave alone
 * @param ratios shares of a layer that are removed, one after the other
 */
public record SensitivityAnalysis(
        @Key("what a channel or weight is worth") Importance importance,
        @Key("what goes as one") Granularity granularity,

        @Key("only layers whose name matches, * for any text, several with commas")
        List<String> include,

        @Key("not the layers whose name matches") List<String> exclude,

        @Key("shares of a layer to remove, one after the other, as 25%,50%")
        List<Double> ratios) {
    /** Samples after which differences of half a point are no longer noise. */
    private static final int SAMPLES = 2000;

    /** With ratios that tell a curve apart well enough. */
    public SensitivityAnalysis() {
        this(new L1(), new Channels(), List.of(), List.of(), List.of(0.25, 0.5, 0.75, 0.9));
    }

    public SensitivityAnalysis {
        include = List.copyOf(include);
        exclude = List.copyOf(exclude);
        ratios = ratios.stream().distinct().sorted().toList();
        for (double ratio : ratios) {
            if (!(ratio > 0 && ratio < 1)) {
                throw BadInputException.of("ratios must be above 0 and below 1, got %s", ratio);
            }
        }
        if (ratios.isEmpty()) {
            throw new BadInputException("ratios needs at least one share, as 50%");
        }
    }

    /**
     * An analysis that knows nothing yet.
     *
     * @param model which network, as {@link Sensitivity} has it
     * @param labelled whether there are labels to measure accuracy by
     */
    public Sensitivity begun(String model, boolean labelled) {
        String settings = granularity.toString().replaceFirst("^\\w+(\\[])?", "");
        return new Sensitivity(metric(labelled), model, Family.keyOf(granularity) + settings, Map.of());
    }

    private static String metric(boolean labelled) {
        return labelled ? "accuracy" : "agreement";
    }

    /** Of the layers that a pruning would take from, by its importance. */
    static SensitivityAnalysis before(Prune settings) {
        return new SensitivityAnalysis(
                settings.importance(),
                settings.granularity(),
                settings.include(),
                settings.exclude(),
                new SensitivityAnalysis().ratios());
    }

    /** Analyses a network as pruning sees it: as its importance needs it, which may train it first. */
    public Sensitivity of(Model input, Workbench bench) {
        return ofPrepared(
                importance.prepared(Passes.beforeTraining().apply(input), bench).model(), bench);
    }

    Sensitivity ofPrepared(Model model, Workbench bench) {
        Plan plan = granularity.plan(Prune.of(importance, granularity, include, exclude), model, bench);
        Plan.Without without = plan.without(new DataEvidence(model, bench));
        Batches batches = bench.sample(model, SAMPLES);
        Evaluation whole = judged(model, batches, bench.referee());
        Map<String, Curve> layers = new TreeMap<>();
        for (int i = 0; i < plan.layers().size(); i++) {
            String layer = plan.layers().get(i);
            if (bench.monitor().stopping()) {
                throw new StoppedException("stopped before layer '" + layer + "', nothing written");
            }
            bench.monitor().progress("sensitivity", i, plan.layers().size(), layer);
            List<Curve.Point> points = new ArrayList<>();
            for (double ratio : ratios) {
                Evaluation e = judged(without.share(i, ratio), batches, bench.referee());
                points.add(new Curve.Point(ratio, drop(whole, e)));
            }
            layers.put(layer, new Curve(points));
        }
        bench.monitor()
                .progress("sensitivity", plan.layers().size(), plan.layers().size(), "");
        return new Sensitivity(metric(whole.accuracy().isPresent()), layers);
    }

    private static double drop(Evaluation whole, Evaluation pruned) {
        return whole.accuracy().isPresent()
                ? whole.accuracy().getAsDouble() - pruned.accuracy().orElseThrow()
                : 1 - whole.agreement(pruned);
    }

    private static Evaluation judged(Model model, Batches batches, Referee referee) {
        try (Referee.Session session = referee.open(model)) {
            return Evaluation.of(model, session, batches);
        }
    }
}
