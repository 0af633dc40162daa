package espalier.quantize;

import espalier.graph.Edges;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Cross-layer equalization. Nagel, van Baalen, Blankevoort, Welling: Data-Free Quantization Through Weight Equalization and Bias
 * Correction, 2019, arXiv:1906.04721.
 *
 * <p>For ReLU f(s x) = s f(x), so channel i of a layer may be divided by s_i and the next layer's input multiplied by it (section
 * 4.1); s_i = sqrt(r1_i r2_i) / r2_i makes both ranges r_i = max |W_i| equal (equation 11). Only pairs of layers with nothing between
 * but ReLU and pools, which scale along.
 */
record Equalization() {
    private static final Set<String> SCALES_ALONG =
            Set.of("Relu", "MaxPool", "AveragePool", "GlobalAveragePool", "Flatten");
    private static final int ROUNDS = 4;
    private static final double MOST = 1e4;

    Model apply(Model model) {
        Map<String, Tensor> changed = new HashMap<>(model.graph().initializers());
        Graph g = model.graph();
        for (int round = 0; round < ROUNDS; round++) {
            for (Node first : g.nodes()) {
                if (isLayer(first, g)) {
                    next(first, g).ifPresent(second -> equalize(first, second, changed));
                }
            }
        }
        return model.withGraph(g.plusInitializers(changed));
    }

    private static boolean isLayer(Node n, Graph g) {
        return (n.is("Conv") || n.is("Gemm"))
                && Weighted.obstacle(n, g).isEmpty()
                && g.edges().uses(n.input(1)).size() == 1
                && (!n.hasInput(2) || g.edges().uses(n.input(2)).size() == 1);
    }

    private static Optional<Node> next(Node first, Graph g) {
        String value = first.output(0);
        while (true) {
            List<Edges.Use> uses = g.edges().uses(value);
            if (uses.size() != 1 || uses.get(0).isCapture() || g.outputNames().contains(value)) {
                return Optional.empty();
            }
            Node n = uses.get(0).node();
            if (n.isStandard() && SCALES_ALONG.contains(n.opType())) {
                value = n.output(0);
            } else {
                boolean one = n.intAttr("group", 1) == 1
                        || Weighted.isKind(n) && Weighted.of(n).isDepthwise(g);
                return isLayer(n, g) && n.input(0).equals(value) && one ? Optional.of(n) : Optional.empty();
            }
        }
    }

    private static void equalize(Node first, Node second, Map<String, Tensor> weights) {
        Tensor w1 = Objects.requireNonNull(weights.get(first.input(1)));
        Tensor w2 = Objects.requireNonNull(weights.get(second.input(1)));
        int channels = (int) w1.shape().dim(Weighted.of(first).axis());
        Channels out = Channels.of(w1, Weighted.of(first).axis(), channels);
        int axis2 = 1 - Weighted.of(second).axis();
        boolean depthwise = second.intAttr("group", 1) > 1;
        Channels in = depthwise ? Channels.of(w2, 0, channels) : Channels.of(w2, axis2, channels);
        if (depthwise ? w2.shape().dim(0) != channels : w2.shape().dim(axis2) % channels != 0) {
            return;
        }
        float[] a = w1.toFloats();
        float[] b = w2.toFloats();
        double[] r1 = out.largest(a);
        double[] r2 = in.largest(b);
        double[] s = new double[channels];
        for (int c = 0; c < channels; c++) {
            double wanted = r1[c] > 0 && r2[c] > 0 ? Math.sqrt(r1[c] * r2[c]) / r2[c] : 1;
            s[c] = Math.max(1 / MOST, Math.min(MOST, wanted));
        }
        out.times(a, s, true);
        in.times(b, s, false);
        weights.put(first.input(1), Tensor.floats(w1.shape(), a));
        weights.put(second.input(1), Tensor.floats(w2.shape(), b));
        if (first.hasInput(2)) {
            Tensor bias = Objects.requireNonNull(weights.get(first.input(2)));
            float[] c = bias.toFloats();
            for (int i = 0; i < c.length; i++) {
                c[i] /= (float) s[i];
            }
            weights.put(first.input(2), Tensor.floats(bias.shape(), c));
        }
    }

    /** How the elements of a weight fall into channels: behind a Flatten, each channel has several neighbouring rows or columns. */
    private record Channels(int inner, int size, int each, int count) {
        static Channels of(Tensor w, int axis, int channels) {
            long inner = 1;
            for (int i = axis + 1; i < w.shape().rank(); i++) {
                inner *= w.shape().dim(i);
            }
            int size = (int) w.shape().dim(axis);
            return new Channels((int) inner, size, Math.max(1, size / channels), channels);
        }

        private int channel(int i) {
            return Math.min(count - 1, i / inner % size / each);
        }

        double[] largest(float[] w) {
            double[] r = new double[count];
            for (int i = 0; i < w.length; i++) {
                r[channel(i)] = Math.max(r[channel(i)], Math.abs(w[i]));
            }
            return r;
        }

        void times(float[] w, double[] s, boolean inverse) {
            for (int i = 0; i < w.length; i++) {
                double f = s[channel(i)];
                w[i] = (float) (inverse ? w[i] / f : w[i] * f);
            }
        }
    }
}
