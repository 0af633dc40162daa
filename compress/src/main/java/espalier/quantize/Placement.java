package espalier.quantize;

import espalier.graph.DType;
import espalier.graph.Edges;
import espalier.graph.Graph;
import espalier.graph.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which nodes compute on whole numbers, and which values need a grid. The rules, each of which ONNX Runtime needs to be fast:
 *
 * <ol>
 *   <li>Layers with weights, as far as they are wanted and have an integer form ({@link Weighted}).
 *   <li>A {@code Relu} or {@code Clip} that alone reads a layer's result belongs to the layer: the grid lies behind it.
 *   <li>Between them, sums, concatenations and pools of values that have grids, and what only moves elements, so that nothing goes
 *       back to floats on the way; but only where somebody reads the result in whole numbers.
 *   <li>What only moves or picks elements has the grid of its input.
 *   <li>The result of a {@code Gemm} or {@code MatMul} that is read by nobody in whole numbers stays a float, which costs nothing and
 *       keeps the scores of a classifier exact.
 *   <li>All readers of a layer's result read what the grid makes of it, or the layer could not be fused.
 * </ol>
 */
final class Placement {
    private static final Set<String> MOVES = Set.of(
            "MaxPool", "Reshape", "Flatten", "Transpose", "Squeeze", "Unsqueeze", "DepthToSpace", "SpaceToDepth");
    private static final Set<String> JOINS = Set.of("Concat", "Mul");
    private static final Set<String> POOLS = Set.of("AveragePool", "GlobalAveragePool");

    private final Graph graph;
    private final Set<String> quantized = new LinkedHashSet<>();
    private final Map<String, String> reasons = new LinkedHashMap<>();
    private final Set<String> made = new LinkedHashSet<>();
    private final Set<String> entering = new LinkedHashSet<>();
    private final Map<String, String> sameAs = new HashMap<>();

    private Placement(Graph graph) {
        this.graph = graph;
    }

    /** Why a layer shall stay as it is; empty where it shall not. */
    @FunctionalInterface
    interface Veto {
        Optional<String> against(Node layer);
    }

    static Placement of(Graph graph, Veto veto) {
        Placement p = new Placement(graph);
        graph.nodes().forEach(n -> p.consider(n, veto));
        p.withdraw();
        p.settle();
        return p;
    }

    private void consider(Node n, Veto veto) {
        if (Weighted.isKind(n)) {
            Optional<String> reason = Weighted.obstacle(n, graph).or(() -> veto.against(n));
            reason.ifPresentOrElse(r -> reasons.put(n.id(), r), () -> take(n));
        } else if (follows(n) && !veto.against(n).isPresent()) {
            take(n);
        }
    }

    private void take(Node n) {
        quantized.add(n.id());
        made.add(result(n));
    }

    private boolean follows(Node n) {
        if (!n.isStandard() || n.outputs().size() > 1) {
            return false;
        }
        boolean first = made.contains(n.input(0));
        if (n.is("Add")) {
            return n.inputs().stream().anyMatch(made::contains)
                    && n.inputs().stream().noneMatch(this::isConstant);
        }
        if (JOINS.contains(n.opType())) {
            return made.containsAll(n.inputs());
        }
        return first && (MOVES.contains(n.opType()) || POOLS.contains(n.opType()) && n.intAttr("ceil_mode", 0) == 0);
    }

    private boolean isConstant(String value) {
        return graph.constant(value).isPresent();
    }

    /** The value behind a node on which its grid lies: that of an activation which belongs to it, or its own. */
    String result(Node n) {
        return activation(n).map(a -> a.output(0)).orElse(n.output(0));
    }

    /** The {@code Relu} or {@code Clip} that alone reads a node's result. */
    Optional<Node> activation(Node n) {
        List<Edges.Use> uses = graph.edges().uses(n.output(0));
        boolean alone = uses.size() == 1
                && !uses.get(0).isCapture()
                && !graph.outputNames().contains(n.output(0));
        return alone
                ? Optional.of(uses.get(0).node())
                        .filter(a -> a.is("Relu") || a.is("Clip") && a.input(0).equals(n.output(0)) && isCutAtZero(a))
                : Optional.empty();
    }

    private boolean isCutAtZero(Node clip) {
        return clip.has("min")
                ? clip.realAttr("min", 1) == 0
                : graph.constant(clip.input(1))
                        .filter(t -> t.elements() == 1 && t.doubleAt(0) == 0)
                        .isPresent();
    }

    /** Takes back what follows a layer but leads to none. */
    private void withdraw() {
        for (int i = graph.nodes().size() - 1; i >= 0; i--) {
            Node n = graph.nodes().get(i);
            if (quantized.contains(n.id()) && !Weighted.isKind(n) && !isReadInWholeNumbers(result(n))) {
                quantized.remove(n.id());
                made.remove(result(n));
            }
        }
        graph.nodes().stream()
                .filter(n -> quantized.contains(n.id()) && (n.is("Gemm") || n.is("MatMul")))
                .filter(n -> !isReadInWholeNumbers(result(n)))
                .forEach(n -> made.remove(result(n)));
    }

    private boolean isReadInWholeNumbers(String value) {
        return graph.edges().uses(value).stream()
                .anyMatch(u -> !u.isCapture() && quantized.contains(u.node().id()) && isData(u));
    }

    private boolean isData(Edges.Use use) {
        return data(use.node()).contains(use.node().input(use.input()));
    }

    /** The inputs of a node that are activations. */
    List<String> data(Node n) {
        return n.is("Add") || JOINS.contains(n.opType())
                ? n.inputs()
                : n.inputs().subList(0, 1);
    }

    private void settle() {
        for (Node n : graph.nodes()) {
            if (quantized.contains(n.id())) {
                data(n).stream().filter(v -> !made.contains(v)).forEach(entering::add);
                if (MOVES.contains(n.opType())
                        && made.contains(result(n))
                        && activation(n).isEmpty()) {
                    sameAs.put(result(n), n.input(0));
                }
            }
        }
    }

    boolean isQuantized(Node n) {
        return quantized.contains(n.id());
    }

    /** The layers with weights that are quantized, in the order of the graph. */
    List<Weighted> layers() {
        List<Weighted> layers = new ArrayList<>();
        graph.nodes().stream()
                .filter(n -> Weighted.isKind(n) && isQuantized(n))
                .forEach(n -> layers.add(Weighted.of(n)));
        return layers;
    }

    /** Why layers with weights are left as they are, by node. */
    Map<String, String> reasons() {
        return reasons;
    }

    /** Whether all readers of a value read it on its grid. */
    boolean isMade(String value) {
        return made.contains(value);
    }

    /** Values that have a grid. */
    Set<String> values() {
        Set<String> all = new LinkedHashSet<>(entering);
        all.addAll(made);
        return all;
    }

    /** The value from which a value has its grid: itself, unless it only moved. */
    String source(String value) {
        String v = value;
        Set<String> seen = new HashSet<>();
        while (sameAs.containsKey(v) && seen.add(v)) {
            v = sameAs.get(v);
        }
        return v;
    }

    /** The upper limit of a clip that makes a value. */
    Optional<Double> ceiling(String value) {
        return graph.edges()
                .producer(value)
                .filter(n -> n.is("Clip"))
                .flatMap(n -> n.has("max")
                        ? Optional.of((double) n.realAttr("max", 0))
                        : graph.constant(n.input(2))
                                .filter(t -> t.dtype() == DType.FLOAT && t.elements() == 1)
                                .map(t -> t.doubleAt(0)));
    }
}
