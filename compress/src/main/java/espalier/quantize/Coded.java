package espalier.quantize;

import espalier.graph.BadInputException;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A tensor that is clustered.
 *
 * @param name of the initializer
 * @param layer the label of the node that uses it
 * @param weight whether it is a matrix or filters; otherwise a vector
 * @param byRow whether its filters lie along the first axis, as the packed file needs them to have values of their own
 */
record Coded(String name, String layer, boolean weight, boolean byRow) {
    private static final Set<String> LAYERS = Set.of("Conv", "ConvTranspose", "Gemm", "MatMul");

    /** Weights of layers, then, where they are wanted, the vectors that belong to layers. */
    static List<Coded> of(Model model, Cluster settings) {
        Graph g = model.graph();
        List<Node> layers = g.nodes().stream()
                .filter(n -> n.isStandard() && LAYERS.contains(n.opType()))
                .toList();
        Chosen chosen = Chosen.of(layers, settings.include(), settings.exclude());
        Map<String, Coded> found = new LinkedHashMap<>();
        Set<String> sums = new HashSet<>();
        for (Node n : layers) {
            if (chosen.has(n)) {
                add(found, g, n, n.input(1), true);
                if (settings.biasBits() > 0) {
                    add(found, g, n, n.input(2), false);
                    sums.add(n.output(0));
                }
            }
        }
        for (Node n : g.nodes()) {
            if (n.is("Add") && n.inputs().stream().anyMatch(sums::contains)) {
                n.inputs().forEach(i -> add(found, g, n, i, false));
            }
        }
        if (found.values().stream().noneMatch(Coded::weight)) {
            throw new BadInputException("the model has no layer whose weights could be clustered");
        }
        return new ArrayList<>(found.values());
    }

    private static void add(Map<String, Coded> found, Graph g, Node n, String name, boolean weight) {
        Tensor t = g.initializers().get(name);
        if (t != null
                && t.dtype() == espalier.graph.DType.FLOAT
                && (weight ? t.shape().rank() > 1 : isVector(t.shape()))) {
            for (float v : t.toFloats()) {
                if (!Float.isFinite(v)) {
                    throw BadInputException.of(
                            "layer '%s' has weights that are NaN or infinite: train the model again before clustering it",
                            n.label());
                }
            }
            found.putIfAbsent(name, new Coded(name, n.label(), weight, weight && hasRows(n)));
        }
    }

    /** Whether one axis is longer than 1, as that of a bias, which may have others before it. */
    private static boolean isVector(Shape shape) {
        return shape.stream().filter(d -> d > 1).count() == 1;
    }

    /** Whether a layer's outputs lie along the first axis of its weight. */
    static boolean hasRows(Node n) {
        return n.is("Conv") || n.is("Gemm") && n.intAttr("transB", 0) != 0;
    }

    int bits(Cluster settings) {
        return weight ? settings.bits() : settings.biasBits();
    }

    Codes codes(Model model, int bits, Cluster settings, long seed) {
        Tensor t = model.graph().initializers().get(name);
        if (t == null) {
            throw new IllegalStateException(name);
        }
        int rows = byRow && settings.perChannel() ? Math.toIntExact(t.shape().dim(0)) : 1;
        Codes codes = Codes.of(t, bits, rows, settings.start(), seed);
        return settings.half() ? codes.inHalves() : codes;
    }
}
