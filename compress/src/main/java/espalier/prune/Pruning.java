package espalier.prune;

import espalier.graph.Model;
import espalier.pass.FoldBatchNorm;
import espalier.pass.Passes;
import espalier.work.Outcome;
import espalier.work.Workbench;
import java.util.ArrayList;
import java.util.List;

/** The step {@code prune}: make ready, judge, mask or cut, retrain, and tell whether it was worth it. */
public final class Pruning {
    private Pruning() {}

    public static Outcome run(Prune settings, Model input, Workbench bench) {
        Model model = Passes.beforeTraining().apply(input);
        Outcome prepared = settings.importance().prepared(model, bench);
        Outcome pruned = settings.granularity().prune(settings, prepared.model(), bench);
        List<String> notes = new ArrayList<>(prepared.notes());
        notes.addAll(pruned.notes());
        Model result = hasBatchNorm(model) || !hasBatchNorm(pruned.model())
                ? pruned.model()
                : new FoldBatchNorm().apply(pruned.model());
        return new Outcome(result, notes, pruned.details());
    }

    private static boolean hasBatchNorm(Model model) {
        return model.graph().nodes().stream().anyMatch(n -> n.is("BatchNormalization"));
    }
}
