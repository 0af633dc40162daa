package espalier.quantize;

import espalier.graph.BadInputException;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.work.Outcome;
import espalier.work.Referee;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Grids of activations are chosen in each call: no samples are needed. */
final class DynamicQuantization {
    /** Smaller differences are noise. */
    private static final double NOISE = 0.02;

    private final Quantize settings;
    private final Model input;
    private final Model model;
    private final Referee referee;
    private final Chosen chosen;

    DynamicQuantization(Quantize settings, Model input, Model model, Referee referee) {
        this.settings = settings;
        this.input = input;
        this.model = model;
        this.referee = referee;
        List<Node> layers = model.graph().nodes().stream()
                .filter(n -> Dynamic.isProduct(n, model.graph()))
                .toList();
        this.chosen = Chosen.of(layers, settings.include(), settings.exclude());
    }

    Outcome outcome() {
        Model whole = build(true);
        List<String> notes = new ArrayList<>();
        if (whole.graph().nodes().size() == model.graph().nodes().size()) {
            throw new BadInputException(
                    "nothing to quantize: dynamic quantization is for products of matrices and embeddings, of"
                            + " which this model has none with weights of its own; take mode static");
        }
        Model made = settings.measured() ? faster(whole, notes) : whole;
        if (made == model) {
            return new Outcome(input, notes);
        }
        LayerReport report = LayerReport.of(model, made, this::why, referee);
        notes.addAll(report.lines());
        return new Outcome(made, notes, report.details());
    }

    private Model build(boolean products) {
        return Dynamic.of(
                model,
                n -> products && chosen.against(n).isEmpty(),
                settings.target().high());
    }

    /** Where products are not faster, embeddings may still be smaller. */
    private Model faster(Model whole, List<String> notes) {
        double[] ms = referee.latencyMillis(List.of(model, whole));
        notes.add(String.format(
                Locale.ROOT,
                "measured: %.3f ms in floats, %.3f ms in whole numbers (%.2fx)",
                ms[0],
                ms[1],
                ms[0] / ms[1]));
        if (ms[1] <= ms[0] * (1 - NOISE)) {
            return whole;
        }
        notes.add("products are not faster in whole numbers on this processor: they stay floats");
        Model embeddings = build(false);
        return embeddings.graph().nodes().size() == model.graph().nodes().size() ? model : embeddings;
    }

    private String why(Node layer) {
        return layer.is("Conv")
                ? "convolutions are quantized by mode static"
                : Weighted.obstacle(layer, model.graph())
                        .or(() -> chosen.against(layer))
                        .orElse("");
    }
}
