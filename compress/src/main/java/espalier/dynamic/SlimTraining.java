package espalier.dynamic;

import espalier.calibrate.UnfoldBatchNorm;
import espalier.channel.ChannelGroups;
import espalier.channel.Ordered;
import espalier.channel.Role;
import espalier.channel.Slot;
import espalier.graph.Model;
import espalier.graph.Tensor;
import espalier.op.Cost;
import espalier.op.InputShapes;
import espalier.op.Trace;
import espalier.pass.Passes;
import espalier.torch.Program;
import espalier.train.Objective;
import espalier.width.Widths;
import espalier.work.Equivalence;
import espalier.work.Evaluation;
import espalier.work.Outcome;
import espalier.work.Referee;
import espalier.work.Retraining;
import espalier.work.Variation;
import espalier.work.Workbench;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/** The step {@code slim}: order channels, merge the widths into one graph, train them together, and tell what each is worth. */
public final class SlimTraining {
    private final Slim how;
    private final Workbench bench;
    private final List<String> notes = new ArrayList<>();

    private SlimTraining(Slim how, Workbench bench) {
        this.how = how;
        this.bench = bench;
    }

    public static Outcome run(Slim how, Model input, Workbench bench) {
        return new SlimTraining(how, bench).run(Passes.beforeTraining().apply(input));
    }

    private Outcome run(Model model) {
        Model normalized = normalized(model);
        ChannelGroups groups = ChannelGroups.of(normalized, bench.shapes());
        Model ordered = Ordered.apply(normalized, groups, norms(normalized, groups));
        MergedWidths merged = MergedWidths.of(ordered, groups, how.widths());
        Equivalence.require("networks before and after channels are ordered", normalized, ordered, bench);
        Outcome trained = Retraining.run(how.retrain(), how.against(), merged.model(), bench, new Variation() {
            @Override
            public Objective objective(Objective plain, Program program) {
                List<String> narrower =
                        merged.scores().subList(1, merged.scores().size());
                Pupil pupil = new Pupil(
                        how.distill(), how.temperature(), how.retrain().labelSmoothing());
                return new SlimLoss(plain, narrower, pupil);
            }
        });
        notes.addAll(trained.notes());
        return judged(trained.model(), merged.widths());
    }

    /** Widths share everything but batch normalization, so it must not have been merged into the layers. */
    private Model normalized(Model model) {
        Model with = new UnfoldBatchNorm().apply(model, bench.calibration(model));
        long added = norms(with) - norms(model);
        if (added > 0) {
            notes.add("batch normalization put behind layers that had none: " + added + "; each width has its own");
        } else if (norms(with) == 0) {
            notes.add("no batch normalization, so all widths share all weights");
        }
        return with;
    }

    private static long norms(Model model) {
        return model.graph().nodes().stream()
                .filter(n -> n.is("BatchNormalization"))
                .count();
    }

    /** L1 norms of the filters that make each channel. */
    private static double[] norms(Model model, ChannelGroups groups) {
        double[] norms = new double[groups.units()];
        for (Slot s : groups.slots()) {
            if (s.role() == Role.PRODUCER) {
                Tensor weight = model.graph().constant(s.initializer()).orElseThrow();
                s.addSums(weight.toFloats(), Math::abs, norms);
            }
        }
        return norms;
    }

    private Outcome judged(Model model, Widths widths) {
        List<Model> networks = new ArrayList<>();
        for (int i = 0; i < widths.widths().size(); i++) {
            networks.add(widths.network(model, i));
        }
        double[] millis = bench.referee().latencyMillis(networks);
        List<Double> accuracies = new ArrayList<>();
        List<Object> details = new ArrayList<>();
        for (int i = 0; i < networks.size(); i++) {
            Model network = networks.get(i);
            Cost cost = Cost.of(network, Trace.of(network, InputShapes.of(network, 1, bench.shapes())));
            OptionalDouble accuracy = accuracy(network);
            accuracy.ifPresent(accuracies::add);
            String width = Widths.text(widths.widths().get(i));
            notes.add(String.format(
                    Locale.ROOT,
                    "width %s: %s%d MACs, %d parameters, %.3f ms",
                    width,
                    accuracy.isPresent()
                            ? String.format(Locale.ROOT, "%.2f %% right, ", 100 * accuracy.getAsDouble())
                            : "",
                    cost.macs(),
                    cost.parameters(),
                    millis[i]));
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("width", widths.widths().get(i));
            accuracy.ifPresent(a -> one.put("accuracy", a));
            one.put("macs", cost.macs());
            one.put("parameters", cost.parameters());
            one.put("latencyMillis", millis[i]);
            details.add(one);
        }
        return new Outcome(widths.withAccuracies(accuracies).into(model), notes, Map.of("widths", details));
    }

    private OptionalDouble accuracy(Model model) {
        try (Referee.Session session = bench.referee().open(model)) {
            return Evaluation.of(model, session, bench.testBatches(model)).accuracy();
        }
    }
}
