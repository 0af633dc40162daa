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

    /** CIFAR and MNIST have 32 and 28 pixels, Tiny ImageNet 64; ImageNet networks are used from 96 on. */
    private static final int LARGEST_SMALL_IMAGE = 64;

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

        /** Whether networks made for ImageNet would shrink the image to nothing. */
        boolean isSmall() {
            return side() <= LARGEST_SMALL_IMAGE;
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

    /** What a network that cannot be built says; the message begins with its key. */
    BadInputException error(String template, Object... arguments) {
        return new BadInputException(
                key + ": " + BadInputException.of(template, arguments).getMessage());
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
        return conv(name, x, filters, window, 1, inputs);
    }

    private Value conv(String name, Value x, int filters, Window window, int groups, List<String> inputs) {
        Shape out = slide(name, x, filters, window);
        normal(name + ".weight", Shape.of(filters, x.channels() / groups, window.size(), window.size()), 2);
        Map<String, Attribute> attributes = new LinkedHashMap<>(window.attributes());
        if (groups > 1) {
            attributes.put("group", Attribute.of(groups));
        }
        return add(name, "Conv", inputs, attributes, out);
    }

    /** A convolution without bias, batch norm: {@code NAME} and {@code NAME.bn}. */
    Value convNorm(String name, Value x, int filters, Window window, int groups) {
        Value y = conv(name, x, filters, window, groups, List.of(x.name(), name + ".weight"));
        return batchNorm(name + ".bn", y);
    }

    /** A 1x1 convolution without bias, batch norm. */
    Value pointwiseNorm(String name, Value x, int filters) {
        return convNorm(name, x, filters, Window.valid(1), 1);
    }

    /** A convolution of every channel on its own, batch norm. */
    Value depthwiseNorm(String name, Value x, Window window) {
        return convNorm(name, x, (int) x.channels(), window, (int) x.channels());
    }

    /** A convolution of every channel on its own, without bias. */
    Value depthwise(String name, Value x, Window window) {
        int channels = (int) x.channels();
        return conv(name, x, channels, window, channels, List.of(x.name(), name + ".weight"));
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

    /** Sets a share of the values to zero while the network is trained. */
    Value dropout(String name, Value x, float ratio) {
        weights.put(name + ".ratio", Tensor.floats(Shape.SCALAR, ratio));
        return add(name, "Dropout", List.of(x.name(), name + ".ratio"), Map.of(), x.shape());
    }

    /** A ReLU that ends at 6. */
    Value relu6(String name, Value x) {
        weights.putIfAbsent("zero", Tensor.floats(Shape.SCALAR, 0f));
        weights.putIfAbsent("six", Tensor.floats(Shape.SCALAR, 6f));
        return add(name, "Clip", List.of(x.name(), "zero", "six"), Map.of(), x.shape());
    }

    /** The image with {@code factor} times the pixels along each side. */
    Value resize(String name, Value x, double factor) {
        long height = Math.max(1, Math.round(x.shape().dim(1) * factor));
        long width = Math.max(1, Math.round(x.shape().dim(2) * factor));
        float[] scales = {
            1, 1, scale(height, x.shape().dim(1)), scale(width, x.shape().dim(2))
        };
        weights.put(name + ".scales", Tensor.floats(Shape.of(4), scales));
        return add(
                name,
                "Resize",
                List.of(x.name(), "", name + ".scales"),
                Map.of("mode", Attribute.of("linear")),
                Shape.of(x.channels(), height, width));
    }

    /** Never below the quotient, so that what is rounded down comes out as wanted. */
    private static float scale(long out, long in) {
        return out == in ? 1 : Math.nextUp((float) out / in);
    }

    Value averagePool(String name, Value x, Window window) {
        Shape out = slide(name, x, x.channels(), window);
        return add(name, "AveragePool", List.of(x.name()), window.attributes(), out);
    }

    /** The channels of one behind those of the other. */
    Value concat(String name, Value a, Value b) {
        Shape out = a.shape().with(0, a.channels() + b.channels());
        return add(name, "Concat", List.of(a.name(), b.name()), Map.of("axis", Attribute.of(1)), out);
    }

    /** The first and the second half of the channels. */
    List<Value> halves(String name, Value x) {
        String sizes = name + ".sizes";
        long half = x.channels() / 2;
        weights.put(sizes, Tensor.longs(half, x.channels() - half));
        List<String> out = List.of(name + ".first", name + ".second");
        nodes.add(Node.of("Split", List.of(x.name(), sizes), out, Map.of("axis", Attribute.of(1)))
                .withName(name));
        return List.of(
                new Value(out.get(0), x.shape().with(0, half)),
                new Value(out.get(1), x.shape().with(0, x.channels() - half)));
    }

    /** Channel shuffle: those of {@code groups} groups in turns. */
    Value shuffle(String name, Value x, int groups) {
        long each = x.channels() / groups;
        long height = x.shape().dim(1);
        long width = x.shape().dim(2);
        Value y = reshape(name + ".apart", x, Shape.of(groups, each, height, width));
        y = add(
                name + ".turned",
                "Transpose",
                List.of(y.name()),
                Map.of("perm", Attribute.ints(0, 2, 1, 3, 4)),
                Shape.of(each, groups, height, width));
        return reshape(name, y, x.shape());
    }

    private Value reshape(String name, Value x, Shape shape) {
        long[] wanted = new long[shape.rank() + 1];
        System.arraycopy(shape.toArray(), 0, wanted, 1, shape.rank());
        weights.put(name + ".shape", Tensor.longs(wanted));
        return add(name, "Reshape", List.of(x.name(), name + ".shape"), Map.of(), shape);
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

    /** A 1x1 convolution with a bias that no ReLU follows. */
    Value scores(String name, Value x, int classes) {
        Value y = add(
                name,
                "Conv",
                List.of(x.name(), name + ".weight", name + ".bias"),
                Window.valid(1).attributes(),
                x.shape().with(0, classes));
        normal(name + ".weight", Shape.of(classes, x.channels(), 1, 1), 1);
        weights.put(name + ".bias", Tensor.zeros(DType.FLOAT, Shape.of(classes)));
        return y;
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
            throw error(
                    "layer '%s' looks at %dx%d pixels, but only %dx%d are left: give larger images",
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
            throw error("'%s' would hold %s weights, more than 1 GiB: choose a narrower network", name, shape);
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
