package espalier.dynamic;

import espalier.graph.Attribute;
import espalier.graph.DType;
import espalier.graph.Graph;
import espalier.graph.Node;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** The layers of one early exit; every name begins with the exit's. */
final class HeadBuilder {
    private final Graph graph;
    private final String exit;
    private final int opset;
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Tensor> weights = new LinkedHashMap<>();

    HeadBuilder(Graph graph, String exit, int opset) {
        this.graph = graph;
        this.exit = exit;
        this.opset = opset;
    }

    List<Node> nodes() {
        return nodes;
    }

    Map<String, Tensor> weights() {
        return weights;
    }

    /** The value times one: what the exit reads, apart from what the rest of the network reads. */
    String own(String value) {
        weights.put(name("one"), Tensor.scalar(1f));
        return add("Mul", "in", List.of(value, name("one")), Map.of());
    }

    String conv(String x, long channels, ConvHead how, SplittableRandom random) {
        long pad = how.kernel() / 2;
        weights.put(name("conv.weight"), normal(Shape.of(how.filters(), channels, how.kernel(), how.kernel()), random));
        weights.put(name("conv.bias"), Tensor.zeros(DType.FLOAT, Shape.of(how.filters())));
        Map<String, Attribute> window = Map.of(
                "kernel_shape", Attribute.ints(how.kernel(), how.kernel()),
                "strides", Attribute.ints(how.stride(), how.stride()),
                "pads", Attribute.ints(pad, pad, pad, pad));
        String y = add("Conv", "conv", List.of(x, name("conv.weight"), name("conv.bias")), window);
        return add("Relu", "relu", List.of(y), Map.of());
    }

    String maxPool(String x, int side) {
        Map<String, Attribute> window =
                Map.of("kernel_shape", Attribute.ints(side, side), "strides", Attribute.ints(side, side));
        return add("MaxPool", "pool", List.of(x), window);
    }

    String flatten(String x) {
        return add("Flatten", "flatten", List.of(x), Map.of("axis", Attribute.of(1)));
    }

    String meanOfImage(String x) {
        return flatten(add("GlobalAveragePool", "pool", List.of(x), Map.of()));
    }

    String meanOfSequence(String x) {
        Map<String, Attribute> flat = Map.of("keepdims", Attribute.of(0));
        if (opset >= 18) {
            weights.put(name("axes"), Tensor.longs(1));
            return add("ReduceMean", "mean", List.of(x, name("axes")), flat);
        }
        return add("ReduceMean", "mean", List.of(x), Map.of("keepdims", Attribute.of(0), "axes", Attribute.ints(1)));
    }

    String linear(String x, long in, long out, SplittableRandom random) {
        weights.put(name("fc.weight"), normal(Shape.of(out, in), random));
        weights.put(name("fc.bias"), Tensor.zeros(DType.FLOAT, Shape.of(out)));
        return add("Gemm", "", List.of(x, name("fc.weight"), name("fc.bias")), Map.of("transB", Attribute.of(1)));
    }

    private String add(String op, String part, List<String> inputs, Map<String, Attribute> attributes) {
        String output = name(part);
        nodes.add(Node.of(op, inputs, List.of(output), attributes).withName(output));
        return output;
    }

    private String name(String part) {
        return graph.freshName(part.isEmpty() ? exit : exit + "." + part);
    }

    /** He, Zhang, Ren, Sun: Delving Deep into Rectifiers, 2015, arXiv:1502.01852, equation 10. */
    private static Tensor normal(Shape shape, SplittableRandom random) {
        double deviation = Math.sqrt(2.0 * shape.dim(0) / shape.elements());
        float[] values = new float[Math.toIntExact(shape.elements())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (deviation * random.nextGaussian());
        }
        return Tensor.floats(shape, values);
    }
}
