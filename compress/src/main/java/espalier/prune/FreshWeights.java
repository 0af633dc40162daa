package espalier.prune;

import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A network as before its first training: weights drawn as He, Zhang, Ren, Sun: Delving Deep into Rectifiers, 2015, arXiv:1502.01852,
 * equation 10, with variance 2 / fan-in; no biases; normalization that changes nothing. Constants of other operators stay.
 */
final class FreshWeights {
    private static final int SCALE = 1;
    private static final int SHIFT = 2;
    private static final int MEAN = 3;
    private static final int VARIANCE = 4;

    private FreshWeights() {}

    static Model of(Model model, long seed) {
        Graph graph = model.graph();
        Map<String, Tensor> fresh = new LinkedHashMap<>(graph.initializers());
        SplittableRandom random = new SplittableRandom(seed);
        Matrix.of(graph).forEach(m -> fresh.put(m.initializer(), drawn(m, random)));
        for (Node n : graph.nodes()) {
            if (n.is("Conv") || n.is("ConvTranspose") || n.is("Gemm")) {
                fill(fresh, n, SHIFT, 0);
            } else if (n.isStandard() && n.opType().endsWith("Normalization")) {
                fill(fresh, n, SCALE, 1);
                fill(fresh, n, SHIFT, 0);
                fill(fresh, n, MEAN, 0);
                fill(fresh, n, VARIANCE, 1);
            }
        }
        return model.withGraph(graph.withInitializers(fresh));
    }

    private static Tensor drawn(Matrix m, SplittableRandom random) {
        double fanIn = (double) m.elements() / m.shape().dim(m.outputs());
        double deviation = Math.sqrt(2 / fanIn);
        float[] w = new float[m.elements()];
        for (int i = 0; i < w.length; i++) {
            w[i] = (float) (deviation * random.nextGaussian());
        }
        return Tensor.floats(m.shape(), w);
    }

    private static void fill(Map<String, Tensor> fresh, Node node, int input, float value) {
        Tensor old = node.hasInput(input) ? fresh.get(node.input(input)) : null;
        if (old != null && old.dtype().isFloating()) {
            float[] same = new float[Math.toIntExact(old.elements())];
            Arrays.fill(same, value);
            Shape shape = old.shape();
            fresh.put(node.input(input), Tensor.floats(shape, same));
        }
    }
}
