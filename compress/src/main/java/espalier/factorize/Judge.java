package espalier.factorize;

import espalier.data.Batches;
import espalier.graph.Model;
import espalier.work.Evaluation;
import espalier.work.Referee;
import espalier.work.StoppedException;
import espalier.work.Workbench;
import java.util.List;

/** What the referee says of networks, on training data: the test data must not help to choose. */
final class Judge {
    /** Enough to tell which layer harms more. */
    private static final int SAMPLES = 1000;

    private final Workbench bench;
    private final Batches batches;
    private final Evaluation whole;

    Judge(Model model, Workbench bench) {
        this.bench = bench;
        this.batches = bench.sample(model, SAMPLES);
        this.whole = judged(model);
    }

    private Evaluation judged(Model model) {
        if (bench.monitor().stopping()) {
            throw new StoppedException("stopped while ranks are searched");
        }
        try (Referee.Session session = bench.referee().open(model)) {
            return Evaluation.of(model, session, batches);
        }
    }

    /** By how much the loss grows, or the share of samples put into another class where there are no labels; at least 0. */
    double harm(Model model) {
        Evaluation its = judged(model);
        return whole.loss().isPresent()
                ? Math.max(0, its.loss().orElseThrow() - whole.loss().getAsDouble())
                : 1 - whole.agreement(its);
    }

    double[] latency(List<Model> models) {
        return bench.referee().latencyMillis(models);
    }
}
