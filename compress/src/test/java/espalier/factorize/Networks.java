package espalier.factorize;

import espalier.graph.Model;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.onnx.OnnxText;
import espalier.torch.Mode;
import espalier.torch.Program;
import espalier.torch.Tensors;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;

/** Small graphs from text with random weights, and what they compute. */
final class Networks {
    private Networks() {}

    /**
     * A graph with input {@code x}.
     *
     * @param weights shapes by name
     */
    static Model of(String input, String nodes, Map<String, Shape> weights) {
        StringBuilder declared = new StringBuilder();
        weights.keySet().forEach(w -> declared.append(", float[] ").append(w));
        Model m = OnnxText.parse("""
                <ir_version: 8, opset_import: ["" : 17]>
                net (%s%s) => (float[] y) { %s }
                """.formatted(input, declared, nodes));
        Random random = new Random(7);
        Map<String, Tensor> constants = new LinkedHashMap<>();
        weights.forEach((name, shape) -> constants.put(name, random(shape, random)));
        var g = m.graph();
        return m.withGraph(g.withInputs(g.inputs().subList(0, 1)).withInitializers(constants));
    }

    static Tensor random(Shape shape, Random random) {
        float[] v = new float[(int) shape.elements()];
        for (int i = 0; i < v.length; i++) {
            v[i] = (float) (0.5 * random.nextGaussian());
        }
        return Tensor.floats(shape, v);
    }

    static float[] run(Model model, Tensor x) {
        try (PointerScope scope = new PointerScope();
                AutoGradMode noGrad = new AutoGradMode(false);
                Program program = Program.of(model)) {
            var y = program.run(Map.of("", Tensors.of(x)), Mode.EVAL).get("y");
            return Tensors.toHost(java.util.Objects.requireNonNull(y)).toFloats();
        }
    }

    static double apart(float[] a, float[] b) {
        if (a.length != b.length) {
            throw new AssertionError(a.length + " and " + b.length + " elements");
        }
        double most = 0;
        for (int i = 0; i < a.length; i++) {
            most = Math.max(most, Math.abs(a[i] - b[i]));
        }
        return most;
    }
}
