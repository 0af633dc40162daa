package espalier.calibrate;

import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.onnx.OnnxText;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

/** Test graphs from text, with random weights. */
final class RandomWeights {
    private RandomWeights() {}

    /**
     * A graph with output {@code y}.
     *
     * @param weights names and shapes, as {@code w[6,4,3,3]}; {@code v} is positive
     */
    static Model model(String input, String nodes, String... weights) {
        String declared =
                Arrays.stream(weights).map(w -> ", float[] " + name(w)).collect(Collectors.joining());
        Model m = OnnxText.parse("""
                <ir_version: 8, opset_import: ["" : 17]>
                net (%s%s) => (float[] y) { %s }
                """.formatted(input, declared, nodes));
        Random random = new Random(7);
        Map<String, Tensor> constants = new LinkedHashMap<>();
        for (String w : weights) {
            constants.put(name(w), random(w, random));
        }
        Graph g = m.graph();
        return m.withGraph(g.withInputs(g.inputs().subList(0, 1)).withInitializers(constants));
    }

    private static String name(String weight) {
        return weight.substring(0, weight.indexOf('['));
    }

    private static Tensor random(String weight, Random random) {
        String dims = weight.substring(weight.indexOf('[') + 1, weight.length() - 1);
        Shape shape = Shape.of(
                Arrays.stream(dims.split(",")).mapToLong(Long::parseLong).toArray());
        float[] v = new float[(int) shape.elements()];
        for (int i = 0; i < v.length; i++) {
            double g = 0.5 * random.nextGaussian();
            v[i] = (float) (weight.startsWith("v[") ? 0.5 + g * g : g);
        }
        return Tensor.floats(shape, v);
    }
}
