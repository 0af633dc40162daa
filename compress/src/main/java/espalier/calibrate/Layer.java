package espalier.calibrate;

import espalier.graph.Edges;
import espalier.graph.Graph;
import espalier.graph.Node;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A convolution or a linear layer with a weight of its own.
 *
 * @param node a {@code Conv}, {@code ConvTranspose}, {@code Gemm}, or {@code MatMul} with the weight on the right
 * @param sum the {@code Add} that gives a {@code MatMul} its bias
 * @param weight an initializer
 * @param bias an initializer
 */
record Layer(Node node, Optional<Node> sum, String weight, Optional<String> bias) {
    private static final Set<String> OPERATORS = Set.of("Conv", "ConvTranspose", "Gemm", "MatMul");

    /** The layers of a graph in its order. */
    static List<Layer> of(Graph graph) {
        List<Layer> layers = new ArrayList<>();
        for (Node n : graph.nodes()) {
            if (n.isStandard() && OPERATORS.contains(n.opType()) && isWeight(n.input(1), graph)) {
                layers.add(layer(n, graph));
            }
        }
        return layers;
    }

    /** The layers by {@link Node#id()}. */
    static Map<String, Layer> byId(Graph graph) {
        return of(graph).stream().collect(Collectors.toMap(l -> l.node().id(), l -> l));
    }

    private static Layer layer(Node n, Graph graph) {
        if (!n.is("MatMul")) {
            Optional<String> bias = Optional.of(n.input(2)).filter(graph.initializers()::containsKey);
            return new Layer(n, Optional.empty(), n.input(1), bias);
        }
        Optional<Node> sum = onlyReader(n.output(0), graph)
                .filter(a -> a.is("Add") && isBias(addend(a, n), Named.in(graph.initializers(), n.input(1)), graph));
        return new Layer(n, sum, n.input(1), sum.map(a -> addend(a, n)));
    }

    private static String addend(Node sum, Node product) {
        return sum.input(sum.input(0).equals(product.output(0)) ? 1 : 0);
    }

    private static boolean isWeight(String value, Graph graph) {
        Tensor t = graph.initializers().get(value);
        return t != null && t.dtype().isFloating() && t.shape().rank() > 1;
    }

    private static boolean isBias(String value, Tensor weight, Graph graph) {
        Tensor t = graph.initializers().get(value);
        return t != null
                && t.shape().rank() > 0
                && t.elements() == t.shape().dim(-1)
                && t.elements() == weight.shape().dim(-1);
    }

    /** The node that alone reads a value, if it is neither an output nor read by a subgraph. */
    static Optional<Node> onlyReader(String value, Graph graph) {
        List<Edges.Use> uses = graph.edges().uses(value);
        boolean one = uses.size() == 1
                && !uses.get(0).isCapture()
                && !graph.outputNames().contains(value);
        return one ? Optional.of(uses.get(0).node()) : Optional.empty();
    }

    /** The node whose output is the layer's, bias included. */
    Node last() {
        return sum.orElse(node);
    }

    String output() {
        return last().output(0);
    }

    /** Where {@link #last()} reads the bias. */
    int biasInput() {
        return sum.isPresent() ? last().inputs().indexOf(bias.orElseThrow()) : 2;
    }

    /** The axis of the output's channels. */
    int axis() {
        return node.is("MatMul") ? -1 : 1;
    }

    boolean isConvolution() {
        return node.is("Conv") || node.is("ConvTranspose");
    }

    /** The weight's elements. */
    Tensor weight(Graph graph) {
        return Named.in(graph.initializers(), weight);
    }

    /** Number of output channels. */
    int channels(Graph graph) {
        Shape w = weight(graph).shape();
        return (int)
                switch (node.opType()) {
                    case "Conv" -> w.dim(0);
                    case "ConvTranspose" -> w.dim(1) * node.intAttr("group", 1);
                    default -> w.dim(isTransposed() ? 0 : -1);
                };
    }

    private boolean isTransposed() {
        return node.is("Gemm") && node.intAttr("transB", 0) != 0;
    }

    /** The output channels that are left of a layer of the original. */
    int[] survivors(Graph graph, Survivors survivors) {
        Shape w = weight(graph).shape();
        int channels = channels(graph);
        int perRow = (int) (w.elements() / w.dim(0));
        int kernel = (int) (perRow / w.dim(1));
        int perGroup = (int) (w.dim(0) / node.intAttr("group", 1));
        return survivors.outputs(weight, channels, i -> switch (node.opType()) {
            case "Conv" -> i / perRow;
            case "ConvTranspose" -> (int) (i / perRow / perGroup * w.dim(1) + i % perRow / kernel);
            default -> isTransposed() ? i / perRow : i % channels;
        });
    }

    /** How its parts are called. */
    String name() {
        return node.name().isEmpty() ? node.id() : node.name();
    }

    /** The batch normalization that alone reads the layer's output. */
    Optional<Node> normalization(Graph graph) {
        return onlyReader(output(), graph).filter(n -> n.is("BatchNormalization"));
    }

    /** Values on which the result of another layer depends. */
    static Set<String> beforeLayers(Graph graph) {
        Set<String> before = new HashSet<>();
        for (int i = graph.nodes().size() - 1; i >= 0; i--) {
            Node n = graph.nodes().get(i);
            boolean layer = n.isStandard() && OPERATORS.contains(n.opType()) && isWeight(n.input(1), graph);
            if (layer || n.outputs().stream().anyMatch(before::contains)) {
                before.addAll(n.inputs());
            }
        }
        return before;
    }
}
