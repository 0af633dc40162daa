package espalier.quantize;

import espalier.graph.Model;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** Networks with scales, shifts and statistics that look as if they had been trained. */
final class Trained {
    private Trained() {}

    static Model like(Model fresh, long seed) {
        Random random = new Random(seed);
        Map<String, Tensor> weights = new LinkedHashMap<>();
        fresh.graph().initializers().forEach((name, t) -> {
            if (t.shape().rank() == 1) {
                weights.put(name, vector(name, t.shape(), random));
            }
        });
        return fresh.withGraph(fresh.graph().plusInitializers(weights));
    }

    /** Every input but the first becomes a random weight. */
    static Model filled(Model model, long seed) {
        Random random = new Random(seed);
        Map<String, Tensor> weights = new LinkedHashMap<>();
        model.graph().inputs().stream().skip(1).forEach(in -> {
            Shape shape =
                    Shape.of(in.dims().orElseThrow().stream().map(d -> d.size()).toList());
            float[] v = new float[(int) shape.elements()];
            for (int i = 0; i < v.length; i++) {
                v[i] = (float) (random.nextGaussian() / Math.sqrt((double) v.length / shape.dim(0)));
            }
            weights.put(in.name(), Tensor.floats(shape, v));
        });
        return model.withGraph(model.graph()
                .plusInitializers(weights)
                .withInputs(model.graph().inputs().subList(0, 1)));
    }

    private static Tensor vector(String name, Shape shape, Random random) {
        boolean positive = name.endsWith("weight") || name.endsWith("var");
        float[] v = new float[(int) shape.elements()];
        for (int i = 0; i < v.length; i++) {
            double g = 0.3 * random.nextGaussian();
            v[i] = (float) (positive ? 0.7 + Math.abs(g) : g);
        }
        return Tensor.floats(shape, v);
    }
}
