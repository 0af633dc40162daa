package espalier.calibrate;

import espalier.config.Key;
import espalier.config.Method;
import espalier.data.Batches;
import espalier.graph.BadInputException;
import espalier.graph.DType;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Bias correction. Nagel, van Baalen, Blankevoort, Welling: Data-Free Quantization Through Weight Equalization and Bias Correction,
 * 2019, arXiv:1906.04721.
 *
 * <p>b' = b + E[y] - E[y'] (section 4.2, with means measured on data), layer after layer, so that each sees what those before it have
 * become: y is the original's output and y' the changed network's, per channel. A layer without a bias is corrected in the batch
 * normalization behind it, or gets a bias.
 *
 * @param samples on how many samples the means are measured
 */
@Method(
        key = "bias-correction",
        summary = "shift biases until each layer's mean output is the original's",
        paper = "Nagel et al.: Data-Free Quantization Through Weight Equalization and Bias Correction, 2019,"
                + " arXiv:1906.04721")
public record BiasCorrection(
        @Key("samples that are measured") int samples) implements Recovery {
    public BiasCorrection() {
        this(Activations.SAMPLES);
    }

    public BiasCorrection {
        if (samples < 1) {
            throw BadInputException.of("samples must be 1 or more, got %d", samples);
        }
    }

    @Override
    public Model apply(Model original, Model changed, Survivors survivors, Batches batches) {
        Map<String, Layer> before = Layer.byId(original.graph());
        Map<String, Integer> axes = new LinkedHashMap<>();
        for (Layer l : Layer.of(changed.graph())) {
            if (before.containsKey(l.node().id())) {
                axes.put(corrected(l, changed.graph()), l.axis());
            }
        }
        Map<String, ChannelMoments> target = Moments.of(original, batches, axes, samples);
        Model model = changed;
        for (Layer l : Layer.of(changed.graph())) {
            Layer was = before.get(l.node().id());
            if (was != null && l.node().realAttr("beta", 1) == 1) {
                String value = corrected(l, changed.graph());
                double[] mean = Named.in(target, value).mean();
                double[] wanted = Survivors.take(mean, was.survivors(original.graph(), survivors));
                double[] now = Named.in(Moments.of(model, batches, Map.of(value, l.axis()), samples), value)
                        .mean();
                model = shifted(model, l, wanted, now);
            }
        }
        return model;
    }

    /** The value whose mean is to be the original's. */
    private static String corrected(Layer layer, Graph graph) {
        return normalization(layer, graph).map(n -> n.output(0)).orElse(layer.output());
    }

    private static Optional<Node> normalization(Layer layer, Graph graph) {
        return layer.bias().isPresent() ? Optional.empty() : layer.normalization(graph);
    }

    private static Model shifted(Model model, Layer layer, double[] wanted, double[] now) {
        if (wanted.length != now.length) {
            throw new IllegalArgumentException(
                    layer.name() + " has " + now.length + " channels, but " + wanted.length + " are said to survive");
        }
        Graph graph = model.graph();
        Optional<Node> norm = normalization(layer, graph);
        double[] bias = new double[now.length];
        if (norm.isPresent() || layer.bias().isPresent()) {
            String name = norm.map(n -> n.input(2)).orElseGet(() -> layer.bias().orElseThrow());
            double[] old = Doubles.of(graph.constant(name).orElseThrow());
            for (int c = 0; c < bias.length; c++) {
                bias[c] = old[old.length == 1 ? 0 : c];
            }
        }
        for (int c = 0; c < bias.length; c++) {
            bias[c] += wanted[c] - now[c];
        }
        Edited edited = new Edited(model);
        DType type = layer.weight(graph).dtype();
        String wish = layer.name() + ".bias";
        if (norm.isPresent()) {
            edited.put(norm.get().id(), 2, bias);
        } else if (layer.bias().isPresent()) {
            edited.put(layer.last().id(), layer.biasInput(), bias);
        } else if (layer.node().is("MatMul")) {
            edited.addTo(layer.node().id(), wish, type, bias);
        } else {
            edited.putNew(layer.node().id(), 2, wish, type, bias);
        }
        return edited.model();
    }
}
