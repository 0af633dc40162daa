package espalier.prune;

import espalier.calibrate.Recovery;
import espalier.calibrate.Survivors;
import espalier.channel.Choice;
import espalier.channel.Cut;
import espalier.channel.Masked;
import espalier.graph.BadInputException;
import espalier.graph.Model;
import espalier.work.Equivalence;
import espalier.work.Outcome;
import espalier.work.Retraining;
import espalier.work.Workbench;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Pruning of channels: they are cut out, in rounds with retraining between, or at the end of a training under masks. */
final class ChannelPruning {
    private final Prune settings;
    private final Workbench bench;
    private final List<String> notes = new ArrayList<>();

    ChannelPruning(Prune settings, Workbench bench) {
        this.settings = settings;
        this.bench = bench;
    }

    Outcome run(Model model) {
        Rewinding rewinding = Rewinding.of(settings, model, bench);
        Sensitivity sensitivity = Analyses.of(settings, model, bench);
        new ChannelPlan(model, settings, settings.goal(), sensitivity, bench.shapes())
                .warning(WeightEvidence.of(model))
                .ifPresent(notes::add);
        return settings.masking().dynamic()
                ? masked(model, rewinding, sensitivity)
                : inRounds(model, rewinding, sensitivity);
    }

    private Outcome inRounds(Model model, Rewinding start, Sensitivity sensitivity) {
        ChannelPlan whole = new ChannelPlan(model, settings, settings.goal(), sensitivity, bench.shapes());
        Model current = model;
        Model cut = model;
        Rewinding rewinding = start;
        int trainings = 0;
        for (int round = 1; round <= settings.rounds(); round++) {
            Goal goal = goal(
                    whole, new ChannelPlan(current, settings, settings.goal(), sensitivity, bench.shapes()), round);
            ChannelPlan plan = new ChannelPlan(current, settings, goal, sensitivity, bench.shapes());
            Choice choice = plan.choice(new DataEvidence(current, bench, settings), 1);
            if (choice.isEmpty() && (round < settings.rounds() || current != model)) {
                notes.add("round " + round + ": nothing to cut, widths being rounded");
                continue;
            }
            requireSome(choice);
            cut = mended(current, cut(plan, choice, current, Masked.apply(current, choice)), choice);
            rewinding = rewinding.cut(choice);
            Workbench part = settings.rounds() == 1 ? bench : bench.part("round" + round);
            Outcome retrained = Retraining.run(rewinding.training(), settings.against(), rewinding.start(cut), part);
            notes.addAll(retrained.notes());
            current = retrained.model();
            trainings++;
        }
        return compared(current, rewinding.start(cut), rewinding, trainings);
    }

    /** What a round is to reach, seen from the network as it is: every round removes the same share of what is left. */
    private Goal goal(ChannelPlan whole, ChannelPlan now, int round) {
        double done = (double) round / settings.rounds();
        double left = Math.pow(1 - settings.ratio(), done) * whole.units() / now.units();
        OptionalDouble macs = settings.macs().isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(
                        Math.min(1, Math.pow(settings.macs().getAsDouble(), done) * whole.macs() / now.macs()));
        return new Goal(Math.max(0, 1 - left), macs);
    }

    private Outcome masked(Model model, Rewinding rewinding, Sensitivity sensitivity) {
        ChannelPlan plan = new ChannelPlan(model, settings, settings.goal(), sensitivity, bench.shapes());
        boolean free = settings.masking().hold() == Masking.Hold.FREE;
        MaskTraining training = new MaskTraining(
                settings.masking(),
                plan.maskable(!free),
                (evidence, share) -> plan.masks(evidence, share, !free),
                new DataEvidence(model, bench, settings),
                settings.toString());
        Outcome trained = Retraining.run(
                rewinding.training(), settings.against(), rewinding.start(model), bench.part("masked"), training);
        notes.addAll(trained.notes());
        Model current = trained.model();
        Choice choice =
                free ? plan.choice(new DataEvidence(current, bench, settings), 1) : plan.choice(training.masks());
        requireSome(choice);
        Model cut = cut(plan, choice, current, free ? Masked.apply(current, choice) : current);
        Rewinding there = rewinding.cut(choice);
        return compared(mended(current, cut, choice), there.start(Cut.apply(model, choice)), there, 1);
    }

    private static void requireSome(Choice choice) {
        if (choice.isEmpty()) {
            throw new BadInputException(
                    "nothing to prune: every layer is at its narrowest allowed width; lower 'round' or 'minimum'");
        }
    }

    private Model cut(ChannelPlan plan, Choice choice, Model model, Model masked) {
        Model cut = Cut.apply(model, choice);
        notes.addAll(plan.describe(choice));
        notes.add(Equivalence.require("masked and cut network", masked, cut, bench));
        return cut;
    }

    private Model mended(Model before, Model cut, Choice choice) {
        Model mended = cut;
        for (Recovery r : settings.recover()) {
            mended = r.apply(before, mended, Survivors.of(choice), bench.calibration(before));
        }
        return mended;
    }

    private Outcome compared(Model result, Model cut, Rewinding rewinding, int trainings) {
        if (settings.control() == 0) {
            return new Outcome(result, notes);
        }
        List<Trials.Row> rows = new Trials(settings, bench, rewinding.training(), trainings)
                .run(result, cut, Optional.of(rewinding).flatMap(Rewinding::initial), Map.of());
        rows.forEach(r -> notes.add(r.toString()));
        return new Outcome(result, notes, Map.of("control", rows));
    }
}
