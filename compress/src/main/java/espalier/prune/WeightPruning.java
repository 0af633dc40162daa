package espalier.prune;

import espalier.graph.BadInputException;
import espalier.graph.Model;
import espalier.work.Outcome;
import espalier.work.Retraining;
import espalier.work.Workbench;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Pruning of single weights: they are masked, in rounds with retraining between, or while training goes on. */
final class WeightPruning {
    private final Prune settings;
    private final WeightPattern pattern;
    private final Workbench bench;

    WeightPruning(Prune settings, WeightPattern pattern, Workbench bench) {
        this.settings = settings;
        this.pattern = pattern;
        this.bench = bench;
        if (!settings.recover().isEmpty()) {
            throw new BadInputException("recover needs granularity channels or heads: nothing is cut here");
        }
    }

    Outcome run(Model model) {
        Rewinding rewinding = Rewinding.of(settings, model, bench);
        Sensitivity sensitivity = Analyses.of(settings, model, bench);
        WeightPlan plan = new WeightPlan(model, settings, pattern, sensitivity);
        List<String> notes = new ArrayList<>();
        Model current = model;
        Model before = model;
        for (int round = 1; round <= settings.rounds(); round++) {
            double share = (1 - Math.pow(1 - settings.ratio(), (double) round / settings.rounds())) / settings.ratio();
            Workbench part = settings.rounds() == 1 ? bench : bench.part("round" + round);
            before = rewinding.start(current);
            Outcome retrained = Retraining.run(
                    rewinding.training(), settings.against(), before, part, training(plan, current, share));
            notes.addAll(retrained.notes());
            current =
                    settings.masking().hold() == Masking.Hold.FREE ? last(plan, retrained.model()) : retrained.model();
        }
        notes.addAll(plan.describe(current));
        Sparsity sparsity = Sparsity.of(current);
        notes.add(sparsity.toString());
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("sparsity", sparsity);
        if (settings.control() > 0) {
            List<Trials.Row> rows = new Trials(settings, bench, rewinding.training(), settings.rounds())
                    .run(current, before, rewinding.initial(), nonZero(plan, current));
            rows.forEach(r -> notes.add(r.toString()));
            details.put("control", rows);
        }
        return new Outcome(current, notes, details);
    }

    private MaskTraining training(WeightPlan plan, Model current, double share) {
        if (!settings.masking().dynamic()) {
            Evidence evidence = new DataEvidence(current, bench, settings);
            return MaskTraining.fixed(plan.masks(evidence, share, true), current);
        }
        return new MaskTraining(
                settings.masking(),
                plan.maskable(true),
                (evidence, now) -> plan.masks(evidence, now, true),
                new DataEvidence(current, bench, settings),
                settings.toString());
    }

    /** The network with zeros where its weights, free until now, matter least; chance is that of the masks before. */
    private Model last(WeightPlan plan, Model trained) {
        return Masks.apply(trained, plan.masks(new DataEvidence(trained, bench, settings), 1, true));
    }

    /** The masks that a pruned network shows. */
    private static Map<String, float[]> nonZero(WeightPlan plan, Model pruned) {
        Map<String, float[]> masks = new LinkedHashMap<>();
        for (String name : plan.maskable(true)) {
            float[] mask = pruned.graph().constant(name).orElseThrow().toFloats();
            for (int i = 0; i < mask.length; i++) {
                mask[i] = mask[i] == 0 ? 0 : 1;
            }
            masks.put(name, mask);
        }
        return masks;
    }
}
