package espalier.quantize;

import espalier.graph.Model;
import espalier.work.Evaluation;
import espalier.work.Referee;
import espalier.work.Workbench;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Accuracy first: layers go back to floats, the most harmful first, until no more accuracy is lost than allowed. Accuracy is that on
 * training samples, never on those that measure the result; without labels it is the share of samples for which both networks predict
 * the same class. Harm is the squared error of the network's first output when the layer alone is quantized.
 */
final class Floor {
    private static final int SAMPLES = 2_000;

    private final StaticQuantization work;
    private final Workbench bench;
    private final double most;

    Floor(StaticQuantization work, Workbench bench, double most) {
        this.work = work;
        this.bench = bench;
        this.most = most;
    }

    void hold(Model before) {
        Evaluation was = evaluated(before);
        double lost = lost(was, evaluated(work.build(Map.of())));
        if (lost <= most) {
            return;
        }
        for (Harm h : ranked(before)) {
            work.keep(
                    h.layer().node(),
                    String.format(Locale.ROOT, "with it %.2f points of accuracy are lost", 100 * lost));
            if (work.placement(Map.of()).layers().isEmpty()) {
                break;
            }
            lost = lost(was, evaluated(work.build(Map.of())));
            if (lost <= most) {
                return;
            }
        }
    }

    /** Accuracy, or without labels the share of samples for which another class is predicted. */
    static double lost(Evaluation was, Evaluation is) {
        return was.accuracy().isPresent() && is.accuracy().isPresent()
                ? was.accuracy().getAsDouble() - is.accuracy().getAsDouble()
                : 1 - was.agreement(is);
    }

    private Evaluation evaluated(Model model) {
        try (Referee.Session session = bench.referee().open(model)) {
            return Evaluation.of(model, session, bench.sample(model, SAMPLES));
        }
    }

    private record Harm(Weighted layer, double error) {}

    private List<Harm> ranked(Model before) {
        List<Weighted> layers = work.placement(Map.of()).layers();
        String output = before.graph().outputNames().get(0);
        List<float[]> exact = outputs(before, output);
        List<Harm> harms = new ArrayList<>();
        for (Weighted alone : layers) {
            Map<String, String> others = new LinkedHashMap<>();
            layers.stream()
                    .filter(l -> l != alone)
                    .forEach(l -> others.put(l.node().id(), ""));
            harms.add(new Harm(alone, error(exact, outputs(work.build(others), output))));
        }
        harms.sort(Comparator.comparingDouble(Harm::error).reversed());
        return harms;
    }

    private List<float[]> outputs(Model model, String output) {
        List<float[]> all = new ArrayList<>();
        work.calibration().watch(model, List.of(output), (v, t) -> all.add(t.toFloats()));
        return all;
    }

    private static double error(List<float[]> exact, List<float[]> other) {
        double sum = 0;
        for (int b = 0; b < exact.size(); b++) {
            for (int i = 0; i < exact.get(b).length; i++) {
                double d = exact.get(b)[i] - other.get(b)[i];
                sum += d * d;
            }
        }
        return sum;
    }
}
