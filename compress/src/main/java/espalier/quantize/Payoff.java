package espalier.quantize;

import espalier.graph.Model;
import espalier.graph.Node;
import espalier.work.Workbench;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Only what is faster: whole networks are measured in turns by the referee, with and without a layer in whole numbers. Depthwise
 * convolutions are tried together first, because most processors lose there; then each layer is tried as a float, several together
 * where there are many. A network that is not faster at all stays as it was.
 */
final class Payoff {
    private static final int MOST_TRIALS = 24;

    /** Smaller differences are noise. */
    private static final double NOISE = 0.02;

    private final StaticQuantization work;
    private final Workbench bench;

    Payoff(StaticQuantization work, Workbench bench) {
        this.work = work;
        this.bench = bench;
    }

    /** The layers that shall stay floats, and why. */
    Map<String, String> losers() {
        List<Weighted> layers = work.placement(Map.of()).layers();
        Map<String, String> depthwise = new LinkedHashMap<>();
        layers.stream()
                .filter(l -> l.isDepthwise(work.model().graph()))
                .forEach(l -> depthwise.put(l.node().id(), "depthwise convolutions are slower in whole numbers here"));
        Map<String, String> best = Map.of();
        if (depthwise.size() == layers.size()) {
            best = depthwise;
        } else if (!depthwise.isEmpty()) {
            double[] ms = millis(List.of(work.build(Map.of()), work.build(depthwise)));
            best = ms[0] < ms[1] * (1 - NOISE) ? Map.of() : depthwise;
        }
        Map<String, String> slow = new LinkedHashMap<>(best);
        slow.putAll(slower(best));
        Model before = work.model();
        List<Model> candidates = new ArrayList<>(List.of(before, work.build(best)));
        if (slow.size() > best.size()) {
            candidates.add(work.build(slow));
        }
        double[] ms = millis(candidates);
        boolean refined = ms.length > 2 && ms[2] < ms[1];
        double least = refined ? ms[2] : ms[1];
        work.say(String.format(
                Locale.ROOT,
                "measured: %.3f ms in floats, %.3f ms in whole numbers (%.2fx)",
                ms[0],
                least,
                ms[0] / least));
        if (least > ms[0] * (1 - NOISE)) {
            Map<String, String> all = new LinkedHashMap<>();
            layers.forEach(l -> all.put(l.node().id(), "the network is not faster in whole numbers here"));
            return all;
        }
        return refined ? slow : best;
    }

    private Map<String, String> slower(Map<String, String> base) {
        List<Node> layers =
                work.placement(base).layers().stream().map(Weighted::node).toList();
        int together = (layers.size() + MOST_TRIALS - 1) / MOST_TRIALS;
        List<Map<String, String>> trials = new ArrayList<>();
        for (int i = 0; i < layers.size() && layers.size() > 1; i += together) {
            Map<String, String> without = new LinkedHashMap<>();
            for (Node n : layers.subList(i, Math.min(layers.size(), i + together))) {
                without.put(n.id(), "it is not faster in whole numbers here");
            }
            trials.add(without);
        }
        List<Model> models = new ArrayList<>(List.of(work.build(base)));
        for (Map<String, String> trial : trials) {
            Map<String, String> both = new LinkedHashMap<>(base);
            both.putAll(trial);
            models.add(work.build(both));
        }
        double[] ms = millis(models);
        Map<String, String> slower = new LinkedHashMap<>();
        for (int i = 0; i < trials.size(); i++) {
            if (ms[i + 1] < ms[0] * (1 - NOISE)) {
                slower.putAll(trials.get(i));
            }
        }
        return slower;
    }

    private double[] millis(List<Model> models) {
        bench.monitor().say("  measuring " + models.size() + " variants");
        return bench.referee().latencyMillis(models);
    }
}
