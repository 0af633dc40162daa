package espalier.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Nodes in an order in which they can run, the constants they use, and the names that come in and go out. Edges are value names.
 * Immutable: every {@code with} method returns a new graph that shares the rest.
 */
public final class Graph {
    private final String name;
    private final List<Node> nodes;
    private final Map<String, Tensor> initializers;
    private final List<ValueInfo> inputs;
    private final List<ValueInfo> outputs;
    private final Map<String, ValueInfo> valueInfo;
    private final Extra extra;
    private volatile @Nullable Edges edges;

    /**
     * @param name as the file has it
     * @param nodes in topological order
     * @param initializers constants by name, in the order of the file
     * @param inputs declared inputs; those that are also initializers (allowed before IR version 4) have a default, see {@link
     *     #requiredInputs()}
     * @param outputs declared outputs
     * @param valueInfo what the file says about values inside; may be stale or absent, so nothing relies on it
     * @param extra fields that are not interpreted
     */
    public Graph(
            String name,
            List<Node> nodes,
            Map<String, Tensor> initializers,
            List<ValueInfo> inputs,
            List<ValueInfo> outputs,
            Map<String, ValueInfo> valueInfo,
            Extra extra) {
        this.name = name;
        this.nodes = List.copyOf(nodes);
        this.initializers = Collections.unmodifiableMap(new LinkedHashMap<>(initializers));
        this.inputs = List.copyOf(inputs);
        this.outputs = List.copyOf(outputs);
        this.valueInfo = Collections.unmodifiableMap(new LinkedHashMap<>(valueInfo));
        this.extra = extra;
    }

    public String name() {
        return name;
    }

    public List<Node> nodes() {
        return nodes;
    }

    public Map<String, Tensor> initializers() {
        return initializers;
    }

    public List<ValueInfo> inputs() {
        return inputs;
    }

    public List<ValueInfo> outputs() {
        return outputs;
    }

    public Map<String, ValueInfo> valueInfo() {
        return valueInfo;
    }

    public Extra extra() {
        return extra;
    }

    /** The inputs a caller must give: those without an initializer of the same name. */
    public List<ValueInfo> requiredInputs() {
        return inputs.stream().filter(i -> !initializers.containsKey(i.name())).toList();
    }

    public List<String> outputNames() {
        return outputs.stream().map(ValueInfo::name).toList();
    }

    /** A weight or constant: an initializer, or the output of a {@code Constant} node that holds a tensor. */
    public Optional<Tensor> constant(String value) {
        Tensor t = initializers.get(value);
        if (t != null) {
            return Optional.of(t);
        }
        return edges().producer(value).filter(n -> n.is("Constant")).flatMap(n -> n.tensorAttr("value"));
    }

    /** Who makes and who uses each value; computed once. */
    public Edges edges() {
        Edges e = edges;
        if (e == null) {
            e = Edges.of(this);
            edges = e;
        }
        return e;
    }

    public Graph withNodes(List<Node> newNodes) {
        return new Graph(name, newNodes, initializers, inputs, outputs, valueInfo, extra);
    }

    /** Every node replaced by what {@code change} makes of it. */
    public Graph mapNodes(UnaryOperator<Node> change) {
        return withNodes(nodes.stream().map(change).toList());
    }

    public Graph withInitializers(Map<String, Tensor> newInitializers) {
        return new Graph(name, nodes, newInitializers, inputs, outputs, valueInfo, extra);
    }

    /** This graph with some initializers added or replaced. */
    public Graph plusInitializers(Map<String, Tensor> more) {
        Map<String, Tensor> all = new LinkedHashMap<>(initializers);
        all.putAll(more);
        return withInitializers(all);
    }

    public Graph withInputs(List<ValueInfo> newInputs) {
        return new Graph(name, nodes, initializers, newInputs, outputs, valueInfo, extra);
    }

    public Graph withOutputs(List<ValueInfo> newOutputs) {
        return new Graph(name, nodes, initializers, inputs, newOutputs, valueInfo, extra);
    }

    public Graph withValueInfo(Map<String, ValueInfo> newValueInfo) {
        return new Graph(name, nodes, initializers, inputs, outputs, newValueInfo, extra);
    }

    /** A name no value of this graph or of its subgraphs has yet, made from {@code wish}. */
    public String freshName(String wish) {
        return edges().freshName(wish);
    }

    /** Names of all values: inputs, initializers and node outputs, in that order, each once. */
    public List<String> valueNames() {
        java.util.LinkedHashSet<String> all = new java.util.LinkedHashSet<>();
        inputs.forEach(i -> all.add(i.name()));
        all.addAll(initializers.keySet());
        nodes.forEach(n -> n.outputs().stream().filter(o -> !o.isEmpty()).forEach(all::add));
        return new ArrayList<>(all);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Graph g
                && name.equals(g.name)
                && nodes.equals(g.nodes)
                && initializers.equals(g.initializers)
                && inputs.equals(g.inputs)
                && outputs.equals(g.outputs)
                && valueInfo.equals(g.valueInfo)
                && extra.equals(g.extra);
    }

    @Override
    public int hashCode() {
        return 31 * nodes.hashCode() + initializers.keySet().hashCode();
    }

    @Override
    public String toString() {
        return "graph " + name + " of " + nodes.size() + " nodes";
    }
}
