package espalier.quantize;

import espalier.graph.DType;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * Bias correction. Nagel, van Baalen, Blankevoort, Welling: Data-Free Quantization Through Weight Equalization and Bias Correction,
 * 2019, arXiv:1906.04721.
 *
 * <p>b' = b + E[y] - E[y'] (section 4.2, with means measured on data), layer after layer, so that each sees what those before it have
 * become. As {@code calibrate.BiasCorrection}, but in the referee, so that it needs no libtorch.
 */
record BiasShift(Calibration calibration) {

    /**
     * @param quantize makes the quantized network of a float one
     * @param layers to be corrected, in the order of the graph; those without a bias are left alone
     * @return the float network with other biases
     */
    Model apply(Model original, UnaryOperator<Model> quantize, List<Weighted> layers) {
        List<Weighted> corrected = layers.stream()
                .filter(l -> l.bias(original.graph()).isPresent())
                .toList();
        Map<String, double[]> wanted =
                means(original, corrected.stream().map(l -> l.node().output(0)).toList());
        Model model = original;
        for (Weighted l : corrected) {
            String y = l.node().output(0);
            Model quantized = quantize.apply(model);
            String raw = quantized.graph().nodes().stream()
                    .filter(n -> n.opType().equals(l.node().opType())
                            && n.name().equals(l.node().name()))
                    .map(n -> n.output(0))
                    .filter(o -> o.equals(y) || o.startsWith(y + ".float"))
                    .findFirst()
                    .orElse(y);
            double[] now = Objects.requireNonNull(means(quantized, List.of(raw)).get(raw));
            model = shifted(model, l.node(), Objects.requireNonNull(wanted.get(y)), now);
        }
        return model;
    }

    private static Model shifted(Model model, Node layer, double[] wanted, double[] now) {
        Graph g = model.graph();
        String name = layer.input(2);
        Tensor old = Objects.requireNonNull(g.initializers().get(name), name);
        float[] bias = old.toFloats();
        for (int c = 0; c < bias.length; c++) {
            bias[c] += (float) (wanted[c] - now[c]);
        }
        return model.withGraph(g.plusInitializers(Map.of(name, Tensor.floats(old.shape(), bias))));
    }

    /** Means along the axis of the channels, which is the second. */
    private Map<String, double[]> means(Model model, List<String> values) {
        Map<String, double[]> sums = new LinkedHashMap<>();
        Map<String, Long> counts = new LinkedHashMap<>();
        if (values.isEmpty()) {
            return sums;
        }
        calibration.watch(model, values, (value, t) -> {
            Shape s = t.shape();
            int channels = Math.toIntExact(s.dim(1));
            int inner = Math.toIntExact(t.elements() / s.dim(0) / channels);
            double[] sum = sums.computeIfAbsent(value, v -> new double[channels]);
            float[] x = t.dtype() == DType.FLOAT ? t.toFloats() : new float[0];
            for (int i = 0; i < x.length; i++) {
                sum[i / inner % channels] += x[i];
            }
            counts.merge(value, s.dim(0) * inner, Long::sum);
        });
        sums.forEach((value, sum) -> {
            for (int c = 0; c < sum.length; c++) {
                sum[c] /= counts.getOrDefault(value, 1L);
            }
        });
        return sums;
    }
}
