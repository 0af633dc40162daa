package espalier.zoo;

import espalier.graph.Attribute;
import espalier.graph.BadInputException;
import espalier.graph.DType;
import espalier.graph.Dim;
import espalier.graph.Extra;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.graph.ValueInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Adds layers to a graph one after the other; a layer's name is that of its node, its output and, with a suffix, its weights. */
final class NetworkBuilder {
    private static final int OPSET = 17;
    private static final long MOST_WEIGHTS = 1L << 28;

    private static final String INPUT = "input";
    private static final String OUTPUT = "logits";
    private static final Dim BATCH = Dim.symbol("N");

    private final String key;
    private final SplittableRandom random;
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Tensor> weights = new LinkedHashMap<>();

    /**
     * What a layer makes.
     *
     * @param name the value in the graph
     * @param shape of one sample, without the batch
     */
    record Value(String name, Shape shape) {
        long channels() {
            return shape.dim(0);
        }

        /** Size of the smaller side of an image. */
        long side() {
            return Math.min(shape.dim(1), shape.dim(2));
        }
    }

    private NetworkBuilder(String key, long seed) {
        this.key = key;
        this.random = new SplittableRandom(seed);
    }

    static Model build(String key, Network network, Shape image, int classes, long seed) {
        NetworkBuilder b = new NetworkBuilder(key, seed);
        Value logits = network.build(b, new Value(INPUT, image), classes);
        Dim[] in = {BATCH, Dim.of(image.dim(0)), Dim.of(image.dim(1)), Dim.of(image.dim(2))};
        return Model.of(
                OPSET,
                new Graph(
                        key,
                        b.nodes,
                        b.weights,
                        List.of(ValueInfo.of(INPUT, DType.FLOAT, in)),
                        List.of(ValueInfo.of(logits.name(), DType.FLOAT, BATCH, Dim.of(classes))),
                        Map.of(),
                        Extra.NONE));
    }

    /** A convolution with a bias. */
    Value conv(String name, Value x, int filters, Window window) {
        Value y = conv(name, x, filters, window, List.of(x.name(), name + ".weight", name + ".bias"));
        weights.put(name + ".bias", Tensor.zeros(DType.FLOAT, Shape.of(filters)));
        return y;
    }

    Value convWithoutBias(String name, Value x, int filters, Window window) {
        return conv(name, x, filters, window, List.of(x.name(), name + ".weight"));
    }

    private Value conv(String name, Value x, int filters, Window window, List<String> inputs) {
        Shape out = slide(name, x, filters, window);
        normal(name + ".weight", Shape.of(filters, x.channels(), window.size(), window.size()), 2);
        return add(name, "Conv", inputs, window.attributes(), out);
    }

    /** Convolution without bias, batch norm, ReLU: {@code conv1}, {@code bn1}, {@code relu1} for a {@code suffix} of 1. */
    Value convNormRelu(String prefix, String suffix, Value x, int filters, Window window) {
        Value y = convWithoutBias(prefix + "conv" + suffix, x, filters, window);
        return relu(prefix + "relu" + suffix, batchNorm(prefix + "bn" + suffix, y));
    }

    Value batchNorm(String name, Value x) {
        Shape channels = Shape.of(x.channels());
        weights.put(name + ".weight", ones(channels));
        weights.put(name + ".bias", Tensor.zeros(DType.FLOAT, channels));
        weights.put(name + ".running_mean", Tensor.zeros(DType.FLOAT, channels));
        weights.put(name + ".running_var", ones(channels));
        List<String> inputs =
                List.of(x.name(), name + ".weight", name + ".bias", name + ".running_mean", name + ".running_var");
        return add(name, "BatchNormalization", inputs, Map.of("epsilon", Attribute.of(1e-5f)), x.shape());
    }

    Value relu(String name, Value x) {
        return add(name, "Relu", List.of(x.name()), Map.of(), x.shape());
    }

    Value maxPool(String name, Value x, Window window) {
        Shape out = slide(name, x, x.channels(), window);
        return add(name, "MaxPool", List.of(x.name()), window.attributes(), out);
    }

    Value globalAveragePool(String name, Value x) {
        return add(name, "GlobalAveragePool", List.of(x.name()), Map.of(), Shape.of(x.channels(), 1, 1));
    }

    Value flatten(String name, Value x) {
        return add(
                name,
                "Flatten",
                List.of(x.name()),
                Map.of("axis", Attribute.of(1)),
                Shape.of(x.shape().elements()));
    }

    Value add(String name, Value a, Value b) {
        return add(name, "Add", List.of(a.name(), b.name()), Map.of(), a.shape());
    }

    /** A linear layer with a bias that a ReLU follows; its weight is [out,in]. */
    Value linear(String name, Value x, int out) {
        return gemm(name, name, x, out, 2);
    }

    /** The last linear layer. */
    Value logits(String name, Value x, int classes) {
        return gemm(name, OUTPUT, x, classes, 1);
    }

    private Value gemm(String name, String output, Value x, int out, double gain) {
        normal(name + ".weight", Shape.of(out, x.channels()), gain);
        weights.put(name + ".bias", Tensor.zeros(DType.FLOAT, Shape.of(out)));
        Map<String, Attribute> transposed = Map.of("transB", Attribute.of(1));
        nodes.add(Node.of("Gemm", List.of(x.name(), name + ".weight", name + ".bias"), List.of(output), transposed)
                .withName(name));
        return new Value(output, Shape.of(out));
    }

    private Value add(String name, String op, List<String> inputs, Map<String, Attribute> attributes, Shape shape) {
        nodes.add(Node.of(op, inputs, List.of(name), attributes).withName(name));
        return new Value(name, shape);
    }

    private Shape slide(String name, Value x, long channels, Window window) {
        long height = window.out(x.shape().dim(1));
        long width = window.out(x.shape().dim(2));
        if (height < 1 || width < 1) {
            throw BadInputException.of(
                    "%s: layer '%s' looks at %dx%d pixels, but only %dx%d are left: give larger images",
                    key,
                    name,
                    window.size(),
                    window.size(),
                    x.shape().dim(1),
                    x.shape().dim(2));
        }
        return Shape.of(channels, height, width);
    }

    private void normal(String name, Shape shape, double gain) {
        long out = shape.dim(0);
        long fanIn = shape.elements() / out;
        if (fanIn > MOST_WEIGHTS / out) {
            throw BadInputException.of(
                    "%s: '%s' would hold %s weights, more than 1 GiB: choose a narrower network", key, name, shape);
        }
        double deviation = Math.sqrt(gain / fanIn);
        SplittableRandom stream = random.split();
        float[] values = new float[(int) shape.elements()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (deviation * stream.nextGaussian());
        }
        weights.put(name, Tensor.floats(shape, values));
    }

    private static Tensor ones(Shape shape) {
        float[] ones = new float[(int) shape.elements()];
        java.util.Arrays.fill(ones, 1);
        return Tensor.floats(shape, ones);
    }
}
