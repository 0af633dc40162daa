package espalier.calibrate;

import espalier.config.Key;
import espalier.data.Batches;
import espalier.graph.Attribute;
import espalier.graph.BadInputException;
import espalier.graph.DType;
import espalier.graph.Edges;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Puts batch normalization behind layers that have none, because an exporter merged it into them, with mean and variance measured on
 * data: gamma = sqrt(variance + epsilon) and beta = mean, so the network computes what it did. Slimming and quantization-aware
 * training can go on from there; {@link espalier.pass.FoldBatchNorm} merges it again.
 *
 * <ol>
 *   <li>Behind each {@code Conv} or {@code ConvTranspose} whose result goes into an activation, a pool or a sum, and behind a {@code Gemm}
 *       whose result goes into an activation; only where another layer follows.
 *   <li>The normalization's output takes the name of the layer's, whose value it has.
 *   <li>A channel that never changes gets variance 0, and gamma = sqrt(epsilon).
 * </ol>
 *
 * @param linear whether linear layers count, too
 * @param samples on how many samples mean and variance are measured
 */
public record UnfoldBatchNorm(
        @Key("whether linear layers count, too") boolean linear,
        @Key("samples that are measured") int samples) {
    private static final float EPSILON = 1e-5f;
    private static final Set<String> ACTIVATIONS = Set.of(
            "Relu",
            "LeakyRelu",
            "PRelu",
            "ThresholdedRelu",
            "Clip",
            "Elu",
            "Selu",
            "Celu",
            "Gelu",
            "Mish",
            "Sigmoid",
            "HardSigmoid",
            "HardSwish",
            "Softplus",
            "Softsign",
            "Tanh");

    private static final Set<String> BEHIND_CONVOLUTIONS = Set.of("Add", "MaxPool", "AveragePool", "GlobalAveragePool");

    private static final List<String> PARTS = List.of(".input", ".weight", ".bias", ".running_mean", ".running_var");

    public UnfoldBatchNorm() {
        this(true, Activations.SAMPLES);
    }

    public UnfoldBatchNorm {
        if (samples < 2) {
            throw BadInputException.of("samples must be 2 or more, got %d", samples);
        }
    }

    /** The model with batch normalization; the same model where no layer lacks it. */
    public Model apply(Model model, Batches batches) {
        Graph graph = model.graph();
        Map<Node, Layer> layers = new HashMap<>();
        List<String> values = new ArrayList<>();
        Set<String> before = Layer.beforeLayers(graph);
        for (Layer l : Layer.of(graph)) {
            if (before.contains(l.output()) && isMerged(l, graph)) {
                layers.put(l.node(), l);
                values.add(l.output());
            }
        }
        Map<String, ChannelMoments> moments = Moments.of(model, batches, values, samples);
        Map<String, Tensor> initializers = new LinkedHashMap<>(graph.initializers());
        List<Node> nodes = new ArrayList<>();
        for (Node n : graph.nodes()) {
            Layer l = layers.get(n);
            if (l == null) {
                nodes.add(n);
            } else {
                nodes.addAll(normalized(l, Named.in(moments, l.output()), graph, initializers));
            }
        }
        return layers.isEmpty() ? model : model.withGraph(graph.withNodes(nodes).withInitializers(initializers));
    }

    private boolean isMerged(Layer layer, Graph graph) {
        if (graph.outputNames().contains(layer.output()) || !(layer.isConvolution() || isLinear(layer))) {
            return false;
        }
        List<Node> readers = graph.edges().uses(layer.output()).stream()
                .map(Edges.Use::node)
                .filter(Node::isStandard)
                .toList();
        return readers.stream().noneMatch(n -> n.is("BatchNormalization"))
                && readers.stream()
                        .anyMatch(n -> ACTIVATIONS.contains(n.opType())
                                || (layer.isConvolution() && BEHIND_CONVOLUTIONS.contains(n.opType())));
    }

    private boolean isLinear(Layer layer) {
        return linear && layer.node().is("Gemm");
    }

    private static List<Node> normalized(
            Layer layer, ChannelMoments moments, Graph graph, Map<String, Tensor> initializers) {
        String prefix = fresh(layer.name() + ".bn", graph, initializers);
        DType type = layer.weight(graph).dtype();
        Tensor mean = Doubles.vector(type, moments.mean());
        Tensor variance = Doubles.vector(type, moments.variance());
        double[] gamma = new double[moments.channels()];
        Arrays.setAll(gamma, c -> Math.sqrt(variance.doubleAt(c) + EPSILON));
        List<String> names = PARTS.stream().map(part -> prefix + part).toList();
        initializers.put(names.get(1), Doubles.vector(type, gamma));
        initializers.put(names.get(2), mean);
        initializers.put(names.get(3), mean);
        initializers.put(names.get(4), variance);
        Map<String, Attribute> epsilon = Map.of("epsilon", Attribute.of(EPSILON));
        return List.of(
                layer.node().withOutputs(names.subList(0, 1)),
                Node.of("BatchNormalization", names, List.of(layer.output()), epsilon)
                        .withName(prefix));
    }

    private static String fresh(String wish, Graph graph, Map<String, Tensor> initializers) {
        Set<String> taken = new HashSet<>(initializers.keySet());
        graph.nodes().forEach(n -> taken.add(n.name()));
        String prefix = wish;
        for (int i = 2; isTaken(prefix, graph, taken); i++) {
            prefix = wish + i;
        }
        return prefix;
    }

    private static boolean isTaken(String prefix, Graph graph, Set<String> taken) {
        return taken.contains(prefix)
                || PARTS.stream()
                        .map(part -> prefix + part)
                        .anyMatch(name ->
                                taken.contains(name) || !graph.freshName(name).equals(name));
    }
}
