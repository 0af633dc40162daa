package espalier.quantize;

import espalier.graph.BadInputException;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Tensor;
import espalier.work.Outcome;
import espalier.work.Workbench;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Grids of activations are chosen once, from calibration samples. */
final class StaticQuantization {
    private final Quantize settings;
    private final Workbench bench;
    private final Chosen chosen;
    private final Calibration calibration;
    private final Map<String, Histogram> histograms = new LinkedHashMap<>();
    private final Map<String, String> floats = new LinkedHashMap<>();
    /** Biases of layers as long as they are quantized, by node. */
    private final Map<String, Tensor> corrected = new LinkedHashMap<>();

    private final List<String> notes = new ArrayList<>();
    private final Model input;
    private Model model;

    /**
     * @param input as it was given
     * @param model the same without batch normalization where it could be folded
     */
    StaticQuantization(Quantize settings, Model input, Model model, Workbench bench) {
        this.input = input;
        this.settings = settings;
        this.bench = bench;
        this.model = model;
        this.calibration = new Calibration(bench, settings.samples());
        this.chosen = Chosen.of(layers(model), settings.include(), settings.exclude());
    }

    private static List<Node> layers(Model model) {
        return model.graph().nodes().stream().filter(Weighted::isKind).toList();
    }

    Outcome outcome() {
        if (settings.equalize()) {
            model = new Equalization().apply(model);
        }
        collect();
        Model before = model;
        if (settings.measured()) {
            floats.putAll(new Payoff(this, bench).losers());
        }
        if (placement(Map.of()).layers().isEmpty()) {
            notes.add(
                    settings.measured()
                            ? "no layer is faster in whole numbers on this processor: the model is as it was"
                            : "nothing is left to quantize: the model is as it was");
            floats.forEach((id, why) -> notes.add(label(id) + " stays a float: " + why));
            return new Outcome(input, notes);
        }
        Model made = settings.trains() ? trained() : untrained(before);
        LayerReport report = LayerReport.of(
                before, made, n -> placement(Map.of()).reasons().getOrDefault(n.id(), ""), bench.referee());
        notes.addAll(report.lines());
        return new Outcome(made, notes, report.details());
    }

    private Model untrained(Model before) {
        if (settings.correct()) {
            correct();
        }
        if (settings.maxDrop().isPresent()) {
            new Floor(this, bench, settings.maxDrop().getAsDouble()).hold(before);
        }
        return build(Map.of());
    }

    private Model trained() {
        AwareTraining training = new AwareTraining(settings, bench);
        return training.run(model, placement(Map.of()), histograms, notes);
    }

    /** Which nodes are quantized when more layers than already known stay floats. */
    Placement placement(Map<String, String> more) {
        return Placement.of(
                model.graph(),
                n -> chosen.against(n)
                        .or(() -> Optional.ofNullable(floats.get(n.id())))
                        .or(() -> Optional.ofNullable(more.get(n.id()))));
    }

    private void collect() {
        Placement all = placement(Map.of());
        if (all.layers().isEmpty()) {
            throw new BadInputException(
                    all.reasons().isEmpty()
                            ? "nothing to quantize: the model has no Conv, Gemm or MatMul"
                            : "nothing to quantize: "
                                    + label(all.reasons().keySet().iterator().next()) + " stays a float, because "
                                    + all.reasons().values().iterator().next());
        }
        all.layers().forEach(l -> requireFinite(l, model));
        all.values().forEach(v -> histograms.put(v, new Histogram(v)));
        calibration.watch(
                model,
                all.values(),
                (value, t) ->
                        java.util.Objects.requireNonNull(histograms.get(value)).add(t.toFloats()));
        for (Weighted l : all.layers()) {
            List<String> around = List.of(l.node().input(0), all.result(l.node()));
            around.stream()
                    .filter(v -> histograms.containsKey(v)
                            && histograms.get(v).all().withZero().largest() == 0)
                    .findFirst()
                    .ifPresent(v -> keep(l.node(), "'" + v + "' is 0 for all calibration samples"));
        }
    }

    private String label(String id) {
        return model.graph().edges().producer(id).map(Node::label).orElse(id);
    }

    private static void requireFinite(Weighted layer, Model model) {
        for (float w : layer.weight(model.graph()).toFloats()) {
            if (!Float.isFinite(w)) {
                throw BadInputException.of(
                        "layer '%s' has weights that are NaN or infinite: train the model again before quantizing it",
                        layer.node().label());
            }
        }
    }

    /** A layer stays a float from now on. */
    void keep(Node layer, String why) {
        floats.put(layer.id(), why);
    }

    Model model() {
        return model;
    }

    Calibration calibration() {
        return calibration;
    }

    void say(String note) {
        notes.add(note);
    }

    /** The network where more layers than already known stay floats. */
    Model build(Map<String, String> more) {
        Placement p = placement(more);
        Map<String, Tensor> biases = new LinkedHashMap<>();
        for (Weighted l : p.layers()) {
            Tensor bias = corrected.get(l.node().id());
            if (bias != null) {
                biases.put(l.node().input(2), bias);
            }
        }
        return WholeNumbers.of(
                model.withGraph(model.graph().plusInitializers(biases)),
                p,
                grids(p),
                settings.target().high());
    }

    private Map<String, Grid> grids(Placement placement) {
        Map<String, Grid> grids = new LinkedHashMap<>();
        for (String v : placement.values()) {
            Histogram h = java.util.Objects.requireNonNull(histograms.get(placement.source(v)), v);
            Interval range = settings.range().of(h, 255).withZero();
            Grid grid = range.largest() == 0 ? Grid.unsigned(new Interval(0, 1)) : Grid.unsigned(range);
            grids.put(v, placement.ceiling(v).map(grid::atMost).orElse(grid));
        }
        return grids;
    }

    private void correct() {
        List<Weighted> layers = placement(Map.of()).layers();
        Model shifted = new BiasShift(calibration)
                .apply(
                        model,
                        m -> {
                            Placement p = Placement.of(
                                    m.graph(),
                                    n -> chosen.against(n).or(() -> Optional.ofNullable(floats.get(n.id()))));
                            return WholeNumbers.of(
                                    m, p, grids(p), settings.target().high());
                        },
                        layers);
        layers.forEach(l ->
                l.bias(shifted.graph()).ifPresent(b -> corrected.put(l.node().id(), b)));
    }
}
