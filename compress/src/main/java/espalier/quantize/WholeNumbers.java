package espalier.quantize;

import espalier.graph.Attribute;
import espalier.graph.DType;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/**
 * Writes down a quantized network as ONNX has it: a pair of {@code QuantizeLinear} and {@code DequantizeLinear} behind each value that
 * has a grid, and a {@code DequantizeLinear} behind each weight and bias. ONNX Runtime fuses them with the operators between.
 */
final class WholeNumbers {
    /** From this operator set on, weights may have a scale per channel. */
    private static final int PER_CHANNEL = 13;

    private static final int CLIPS_TO_INPUTS = 11;

    private static final int BYTE = 255;
    private static final String MICROSOFT = "com.microsoft";

    private static final Set<String> WEIGHTED = Set.of("Conv", "ConvTranspose", "Gemm");

    private final Model model;
    private final Graph graph;
    private final Placement placement;
    private final Map<String, Grid> grids;
    private final Function<Weighted, Signed> weights;
    private final Map<String, Tensor> initializers;
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, String> dequantized = new HashMap<>();
    private final Map<String, String> numbers = new HashMap<>();
    private final Set<String> names;
    private final String domain;

    private WholeNumbers(
            Model model, Placement placement, Map<String, Grid> grids, Function<Weighted, Signed> weights) {
        this.model = model;
        this.graph = model.graph();
        this.placement = placement;
        this.grids = grids;
        this.weights = weights;
        this.initializers = new LinkedHashMap<>(graph.initializers());
        this.names = new HashSet<>(graph.valueNames());
        this.domain = model.opset() >= PER_CHANNEL ? "" : MICROSOFT;
    }

    /**
     * @param grids of all values of the placement
     * @param high the largest whole number of a weight
     */
    static Model of(Model model, Placement placement, Map<String, Grid> grids, int high) {
        Graph g = model.graph();
        return of(
                model,
                placement,
                grids,
                layer -> Signed.of(
                        layer.weight(g),
                        layer.axis(),
                        high,
                        layer.bias(g).map(Tensor::toFloats).orElse(new float[0]),
                        Objects.requireNonNull(grids.get(layer.node().input(0))).scale()));
    }

    /**
     * @param grids of all values of the placement
     * @param weights of its layers in whole numbers
     */
    static Model of(Model model, Placement placement, Map<String, Grid> grids, Function<Weighted, Signed> weights) {
        return new WholeNumbers(model, placement, grids, weights).model();
    }

    private Model model() {
        graph.inputs().forEach(i -> behind(i.name(), i.name()));
        graph.nodes().forEach(this::add);
        Model out = model.withGraph(graph.withNodes(nodes).withInitializers(initializers));
        if (!domain.isEmpty()) {
            Map<String, Long> opsets = new LinkedHashMap<>(model.opsets());
            opsets.putIfAbsent(domain, 1L);
            out = new Model(out.irVersion(), opsets, out.producer(), out.graph(), out.metadata(), out.extra());
        }
        return espalier.pass.Passes.afterRewriting().apply(out);
    }

    private void add(Node n) {
        Node read = n;
        boolean quantized = placement.isQuantized(n);
        for (int i = 0; i < n.inputs().size(); i++) {
            String v = n.input(i);
            boolean grid = placement.isMade(v) || quantized && placement.data(n).contains(v) && grids.containsKey(v);
            if (grid) {
                boolean alone = i == 0 && !quantized && WEIGHTED.contains(n.opType());
                read = read.withInput(i, alone ? forFloats(v, n) : Objects.requireNonNull(dequantized.get(v), v));
            }
        }
        if (quantized && Weighted.isKind(n)) {
            read = withWeights(Weighted.of(n), read);
        }
        boolean output = n.outputs().stream()
                .anyMatch(o -> placement.isMade(o) && graph.outputNames().contains(o));
        if (output) {
            String raw = fresh(n.output(0) + ".float");
            nodes.add(read.withOutputs(List.of(raw)));
            behind(n.output(0), raw);
        } else {
            nodes.add(read);
            n.outputs().forEach(o -> behind(o, o));
        }
    }

    /** The pair behind a value; the value itself is called {@code raw} where its name is that of a graph output. */
    private void behind(String value, String raw) {
        Grid grid = grids.get(value);
        if (grid == null) {
            return;
        }
        String scale = put(value + ".scale", Tensor.scalar(grid.scale()));
        String zero = put(value + ".zero", byteOf(grid.zero()));
        String q = fresh(value + ".quantized");
        String back = raw.equals(value) ? fresh(value + ".dequantized") : value;
        nodes.add(node("QuantizeLinear", List.of(clipped(value, raw, grid), scale, zero), q));
        nodes.add(node("DequantizeLinear", List.of(q, scale, zero), back));
        dequantized.put(value, back);
        numbers.put(value, q);
    }

    /** A grid of fewer than 8 bits ends before its type does. */
    private String clipped(String value, String raw, Grid grid) {
        if (grid.high() == BYTE) {
            return raw;
        }
        float low = grid.scale() * (grid.low() - grid.zero());
        float high = grid.scale() * (grid.high() - grid.zero());
        String clipped = fresh(value + ".clipped");
        if (model.opset() < CLIPS_TO_INPUTS) {
            Map<String, Attribute> bounds = Map.of("min", Attribute.of(low), "max", Attribute.of(high));
            nodes.add(Node.of("Clip", List.of(raw), List.of(clipped), bounds));
        } else {
            String least = put(value + ".low", Tensor.scalar(low));
            nodes.add(Node.of("Clip", List.of(raw, least, put(value + ".high", Tensor.scalar(high))), clipped));
        }
        return clipped;
    }

    /**
     * The value for a layer that stays a float. ONNX Runtime quantizes every layer between two grids of one scale by itself, and its
     * weights to 8 bits with one scale; a scale per channel, though all are equal, keeps it from that.
     */
    private String forFloats(String value, Node layer) {
        Tensor weight = graph.initializers().get(layer.input(1));
        Grid grid = Objects.requireNonNull(grids.get(value), value);
        if (weight == null) {
            return Objects.requireNonNull(dequantized.get(value), value);
        }
        int channels = Math.toIntExact(
                layer.is("Conv")
                        ? weight.shape().dim(1) * layer.intAttr("group", 1)
                        : weight.shape()
                                .dim(layer.is("Gemm") ? 1 - Weighted.of(layer).axis() : 0));
        float[] scales = new float[channels];
        Arrays.fill(scales, grid.scale());
        byte[] zeros = new byte[channels];
        Arrays.fill(zeros, (byte) grid.zero());
        String scale = put(value + ".scales", Tensor.floats(Shape.of(channels), scales));
        String zero = put(value + ".zeros", Tensor.of(DType.UINT8, Shape.of(channels), ByteBuffer.wrap(zeros)));
        return dequantize(List.of(Objects.requireNonNull(numbers.get(value), value), scale, zero), value, 1);
    }

    private Node withWeights(Weighted layer, Node read) {
        float input = Objects.requireNonNull(grids.get(layer.node().input(0))).scale();
        float[] bias = layer.bias(graph).map(Tensor::toFloats).orElse(new float[0]);
        Signed w = weights.apply(layer);
        String name = layer.node().input(1);
        String scale = put(name + ".scale", Tensor.floats(Shape.of(w.scales().length), w.scales()));
        String zero = put(name + ".zero", Tensor.zeros(DType.INT8, Shape.of(w.scales().length)));
        String q = put(name + ".quantized", w.numbers());
        Node out = read.withInput(1, dequantize(List.of(q, scale, zero), name, layer.axis()));
        if (bias.length > 0) {
            float[] scales = w.scales().clone();
            for (int c = 0; c < scales.length; c++) {
                scales[c] *= input;
            }
            String biasName = layer.node().input(2);
            String s = put(biasName + ".scale", Tensor.floats(Shape.of(scales.length), scales));
            String b = put(biasName + ".quantized", Signed.bias(bias, scales));
            out = out.withInput(2, dequantize(List.of(b, s), biasName, 0));
        }
        return out;
    }

    private String dequantize(List<String> inputs, String of, int axis) {
        String out = fresh(of + ".dequantized");
        nodes.add(node("DequantizeLinear", inputs, out).with("axis", new Attribute.Int(axis)));
        return out;
    }

    private Node node(String operator, List<String> inputs, String output) {
        return new Node("", operator, domain, inputs, List.of(output), Map.of(), espalier.graph.Extra.NONE);
    }

    private String put(String wish, Tensor value) {
        String name = fresh(wish);
        initializers.put(name, value);
        return name;
    }

    private String fresh(String wish) {
        String name = graph.freshName(wish);
        for (int i = 2; !names.add(name); i++) {
            name = graph.freshName(wish + "_" + i);
        }
        return name;
    }

    private static Tensor byteOf(int value) {
        return Tensor.of(
                DType.UINT8,
                Shape.SCALAR,
                ByteBuffer.allocate(1).put((byte) value).flip());
    }
}
