package espalier.quantize;

import espalier.graph.Attribute;
import espalier.graph.BadInputException;
import espalier.graph.DType;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.op.WeightInputs;
import espalier.torch.BinaryActivation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Layers whose inputs are signs as well, as blocks of Rastegari et al.: XNOR-Net, 2016, arXiv:1603.05279, section 3.2: batch norm, the
 * sign of what it makes, the layer, and K for every position, which is A = mean |x| over the channels, averaged over what a filter sees
 * (equation 11); then the bias. A batch norm that is there already is not doubled.
 */
final class BinaryBlocks {
    private static final int OPSET = 9;
    private static final int REDUCE_BY_INPUT = 18;

    private final Model model;
    private final Graph graph;
    private final boolean positions;
    private final Map<String, Tensor> initializers;
    private final List<Node> nodes = new ArrayList<>();

    private BinaryBlocks(Model model, boolean positions) {
        this.model = model;
        this.graph = model.graph();
        this.positions = positions;
        this.initializers = new LinkedHashMap<>(graph.initializers());
    }

    /**
     * The network in training.
     *
     * @param positions whether there is a K
     */
    static Model around(Model model, List<Node> layers, boolean positions) {
        if (model.opset() < OPSET) {
            throw BadInputException.of(
                    "xnor needs opset %d or newer, the network has %d: export it again", OPSET, model.opset());
        }
        Map<String, Node> byId = layers.stream().collect(Collectors.toMap(Node::id, Function.identity()));
        BinaryBlocks blocks = new BinaryBlocks(model, positions);
        for (Node n : blocks.graph.nodes()) {
            if (byId.containsKey(n.id())) {
                blocks.add(n);
            } else {
                blocks.nodes.add(n);
            }
        }
        return model.withGraph(blocks.graph.withNodes(blocks.nodes).withInitializers(blocks.initializers));
    }

    private void add(Node layer) {
        requireFits(layer);
        String y = layer.output(0);
        String x = normalized(layer);
        String sign = graph.freshName(y + ".sign");
        nodes.add(new BinaryActivation().node(x, sign));
        boolean bias = layer.hasInput(2);
        String product = positions || bias ? graph.freshName(y + ".product") : y;
        nodes.add(layer.withInputs(withoutBias(layer, sign)).withOutputs(List.of(product)));
        String scaled = positions && bias ? graph.freshName(y + ".scaled") : positions ? y : product;
        if (positions) {
            nodes.add(Node.of("Mul", List.of(product, sizes(layer, x)), scaled));
        }
        if (bias) {
            nodes.add(Node.of("Add", List.of(scaled, column(layer)), y));
        }
    }

    private List<String> withoutBias(Node layer, String sign) {
        if (!layer.is("Gemm") || !WeightInputs.gemmNeedsBias(model.opset())) {
            return List.of(sign, layer.input(1));
        }
        String zero = graph.freshName(layer.output(0) + ".zero");
        initializers.put(zero, Tensor.floats(Shape.of(1), 0));
        return List.of(sign, layer.input(1), zero);
    }

    private void requireFits(Node layer) {
        boolean plain = layer.is("Conv")
                ? layer.intAttr("group", 1) == 1
                        && java.util.Arrays.stream(layer.intsAttr("dilations").orElse(new long[0]))
                                .allMatch(d -> d == 1)
                : layer.intAttr("transA", 0) == 0 && layer.realAttr("alpha", 1) == 1 && layer.realAttr("beta", 1) == 1;
        if (!plain
                || layer.is("Conv")
                        && layer.hasInput(2)
                        && graph.constant(layer.input(2)).isEmpty()) {
            throw BadInputException.of(
                    "layer '%s' is %s, which xnor has no input sizes for: exclude it",
                    layer.label(),
                    layer.is("Conv") ? "grouped or dilated or has a computed bias" : "scaled or transposed");
        }
    }

    /** The input with batch norm, whose numbers are fresh. */
    private String normalized(Node layer) {
        String x = layer.input(0);
        if (graph.edges().producer(x).filter(n -> n.is("BatchNormalization")).isPresent()) {
            return x;
        }
        String norm = graph.freshName(layer.output(0) + ".norm");
        Shape channels = Shape.of(weight(layer).shape().dim(1));
        List<String> inputs = new ArrayList<>(List.of(x));
        for (String part : List.of("weight", "bias", "running_mean", "running_var")) {
            String name = graph.freshName(norm + "." + part);
            boolean one = part.equals("weight") || part.equals("running_var");
            initializers.put(name, one ? ones(channels) : Tensor.zeros(DType.FLOAT, channels));
            inputs.add(name);
        }
        nodes.add(Node.of("BatchNormalization", inputs, norm));
        return norm;
    }

    /** K: for every position of a convolution, for every sample of a product. */
    private String sizes(Node layer, String x) {
        String y = layer.output(0);
        String size = graph.freshName(y + ".abs");
        nodes.add(Node.of("Abs", List.of(x), size));
        String mean = graph.freshName(y + ".mean");
        nodes.add(meanOverChannels(size, mean));
        if (!layer.is("Conv")) {
            return mean;
        }
        Map<String, Attribute> window = new LinkedHashMap<>();
        long[] filter = weight(layer).shape().toArray();
        window.put("kernel_shape", Attribute.ints(java.util.Arrays.copyOfRange(filter, 2, filter.length)));
        for (String same : List.of("strides", "pads", "auto_pad")) {
            if (layer.has(same)) {
                window.put(
                        same,
                        java.util.Objects.requireNonNull(layer.attributes().get(same)));
            }
        }
        // zeros around the image are part of what the paper's filter k averages
        window.put("count_include_pad", Attribute.of(1));
        String k = graph.freshName(y + ".k");
        nodes.add(Node.of("AveragePool", List.of(mean), List.of(k), window));
        return k;
    }

    private Node meanOverChannels(String value, String output) {
        if (model.opset() < REDUCE_BY_INPUT) {
            return Node.of("ReduceMean", List.of(value), List.of(output), Map.of("axes", Attribute.ints(1)));
        }
        String axes = graph.freshName("channel.axis");
        initializers.put(axes, Tensor.longs(1));
        return Node.of("ReduceMean", List.of(value, axes), output);
    }

    /** The bias, in a shape that broadcasts over positions. */
    private String column(Node layer) {
        Tensor bias = graph.constant(layer.input(2)).orElseThrow();
        if (!layer.is("Conv")) {
            return layer.input(2);
        }
        long[] shape = new long[weight(layer).shape().rank() - 1];
        java.util.Arrays.fill(shape, 1);
        shape[0] = bias.elements();
        String column = graph.freshName(layer.input(2) + ".column");
        initializers.put(column, bias.reshape(Shape.of(shape)));
        return column;
    }

    private Tensor weight(Node layer) {
        return graph.constant(layer.input(1)).orElseThrow();
    }

    private static Tensor ones(Shape shape) {
        float[] ones = new float[Math.toIntExact(shape.elements())];
        java.util.Arrays.fill(ones, 1);
        return Tensor.floats(shape, ones);
    }

    /** The trained network in operators of ONNX: its {@code Sign} has 0 for 0, so the sign is -1 below 0 and else 1. */
    static Model inOnnx(Model trained) {
        Graph g = trained.graph();
        Map<String, Tensor> initializers = new LinkedHashMap<>(g.initializers());
        String zero = g.freshName("zero");
        String plus = g.freshName("plus.one");
        String minus = g.freshName("minus.one");
        initializers.put(zero, Tensor.scalar(0f));
        initializers.put(plus, Tensor.scalar(1f));
        initializers.put(minus, Tensor.scalar(-1f));
        List<Node> nodes = new ArrayList<>();
        for (Node n : g.nodes()) {
            if (BinaryActivation.is(n)) {
                String below = g.freshName(n.output(0) + ".below");
                nodes.add(Node.of("Less", List.of(n.input(0), zero), below));
                nodes.add(Node.of("Where", List.of(below, minus, plus), n.output(0)));
            } else {
                nodes.add(n);
            }
        }
        return trained.withGraph(g.withNodes(nodes).withInitializers(initializers));
    }
}
