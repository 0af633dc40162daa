package espalier.prune;

import espalier.graph.Model;
import espalier.graph.Tensor;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/** Masks over initializers, by name: 0 for what goes and 1 for what stays, in row-major order. */
final class Masks {
    /** A score below every other, too small to move a mean. */
    static final double GONE = -Double.MIN_NORMAL;

    private static final int BITS_PER_BYTE = 8;

    private Masks() {}

    /** The model with zeros where a mask has them. */
    static Model apply(Model model, Map<String, float[]> masks) {
        Map<String, Tensor> initializers = new LinkedHashMap<>(model.graph().initializers());
        masks.forEach((name, mask) -> initializers.computeIfPresent(name, (n, t) -> masked(t, mask)));
        return model.withGraph(model.graph().withInitializers(initializers));
    }

    private static Tensor masked(Tensor tensor, float[] mask) {
        ByteBuffer data = Tensor.allocate(tensor.dtype(), tensor.shape());
        data.put(tensor.data()).flip();
        int width = tensor.dtype().bits() / BITS_PER_BYTE;
        for (int i = 0; i < mask.length; i++) {
            if (mask[i] == 0) {
                for (int b = i * width; b < (i + 1) * width; b++) {
                    data.put(b, (byte) 0);
                }
            }
        }
        return Tensor.of(tensor.dtype(), tensor.shape(), data);
    }

    /** The share of weights that are not zero, 0..1. */
    static double kept(float[] weights) {
        int kept = 0;
        for (float w : weights) {
            kept += w != 0 ? 1 : 0;
        }
        return (double) kept / weights.length;
    }
}
