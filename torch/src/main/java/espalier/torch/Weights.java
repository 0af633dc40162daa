package espalier.torch;

import espalier.graph.Graph;
import espalier.graph.Node;
import espalier.graph.Tensor;
import espalier.op.WeightInputs;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which constants of a graph are learned. The rules, for constants of a floating type, whether initializers or {@code Constant}
 * nodes, seen through operators that only move elements:
 *
 * <ol>
 *   <li>at a weight position of an operator ({@link WeightInputs}): a parameter;
 *   <li>at a running statistic of a batch normalisation: a buffer, updated in training mode, without gradient;
 *   <li>added to, multiplied with or concatenated to a value that depends on a parameter: a parameter if it has more than one
 *       element, or if it is added right behind a matrix product or convolution (a bias of one unit). So constants that normalise an
 *       input, before the first weight, stay constants, and so do factors such as 1/sqrt(d);
 *   <li>but a constant with an element of -10000 or less, or not finite, or a table of zeros and one other number (1, or -1 or
 *       less) is a mask and stays a constant.
 * </ol>
 *
 * Everything else, integers in particular, is constant.
 *
 * @param parameters in the order of their first use
 * @param buffers in the order of their first use
 * @param learned values whose contents depend on a parameter or buffer
 * @param transposed matrices that are multiplied from the right as they are
 */
record Weights(Set<String> parameters, Set<String> buffers, Set<String> learned, Set<String> transposed) {

    static Weights of(Graph graph) {
        Weights w = new Weights(new LinkedHashSet<>(), new LinkedHashSet<>(), new HashSet<>(), new HashSet<>());
        Map<String, Set<String>> sources = new HashMap<>();
        graph.initializers().forEach((name, t) -> start(sources, name, t));
        for (Node n : graph.nodes()) {
            if (n.is("Constant")) {
                n.tensorAttr("value").ifPresent(t -> start(sources, n.output(0), t));
            }
        }
        for (Node n : graph.nodes()) {
            w.see(n, graph, sources);
        }
        graph.nodes().forEach(w::spread);
        w.parameters.removeAll(w.buffers);
        return w;
    }

    private static void start(Map<String, Set<String>> sources, String name, Tensor tensor) {
        if (tensor.dtype().isFloating()) {
            sources.put(name, Set.of(name));
        }
    }

    private void see(Node node, Graph graph, Map<String, Set<String>> sources) {
        for (int i : Roles.statistics(node)) {
            buffers.addAll(learn(node, i, sources));
        }
        for (int i : WeightInputs.of(node)) {
            parameters.addAll(learn(node, i, sources));
        }
        if (WeightInputs.adjusts(node) && node.inputs().stream().anyMatch(learned::contains)) {
            adjust(node, graph, sources);
        }
        if (isRightFactor(node) && sources.containsKey(node.input(1)) && parameters.contains(node.input(1))) {
            transposed.add(node.input(1));
        }
        spread(node);
        if (Roles.handsOn(node)) {
            handOn(node, sources);
        }
    }

    private void spread(Node node) {
        if (!Roles.readsShapeOnly(node) && node.inputs().stream().anyMatch(learned::contains)) {
            learned.addAll(node.outputs());
            learned.remove("");
        }
    }

    /** The constants behind an input; everything on the way from them is learned from now on. */
    private Set<String> learn(Node node, int input, Map<String, Set<String>> sources) {
        Set<String> behind = sources.getOrDefault(node.input(input), Set.of());
        if (!behind.isEmpty()) {
            learned.add(node.input(input));
            learned.addAll(behind);
            sources.forEach((value, from) -> {
                if (!java.util.Collections.disjoint(from, behind)) {
                    learned.add(value);
                }
            });
        }
        return behind;
    }

    private void adjust(Node node, Graph graph, Map<String, Set<String>> sources) {
        boolean bias = node.is("Add") && node.inputs().stream().anyMatch(v -> isProduct(v, graph));
        for (int i = 0; i < node.inputs().size(); i++) {
            String input = node.input(i);
            boolean eligible = sources.getOrDefault(input, Set.of()).stream()
                    .map(s -> graph.constant(s).orElseThrow())
                    .allMatch(t -> (bias || t.elements() > 1) && !WeightInputs.isMask(t));
            if (eligible && !learned.contains(input)) {
                parameters.addAll(learn(node, i, sources));
            }
        }
    }

    private boolean isProduct(String value, Graph graph) {
        return graph.edges()
                .producer(value)
                .filter(n ->
                        (n.is("MatMul") || n.is("Conv")) && n.inputs().stream().anyMatch(parameters::contains))
                .isPresent();
    }

    private static boolean isRightFactor(Node node) {
        return node.is("MatMul") || (node.is("Gemm") && node.intAttr("transB", 0) == 0);
    }

    private static void handOn(Node node, Map<String, Set<String>> sources) {
        Set<String> all = new HashSet<>();
        int data = node.is("Concat") ? node.inputs().size() : 1;
        for (int i = 0; i < data; i++) {
            Set<String> behind = sources.getOrDefault(node.input(i), Set.of());
            if (behind.isEmpty()) {
                return;
            }
            all.addAll(behind);
        }
        node.outputs().forEach(o -> sources.put(o, all));
    }
}
