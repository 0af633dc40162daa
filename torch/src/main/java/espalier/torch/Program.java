package espalier.torch;

import espalier.graph.BadInputException;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.ValueInfo;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * A graph that runs on libtorch, with or without gradients. Which constants are learned is told by {@code Weights}: they are the
 * {@link #parameters()}, leaves that require a gradient. Whether a run records gradients follows from libtorch's grad mode of the
 * calling thread.
 *
 * <p>For every set of input shapes a plan is made once and kept, in which attributes, axes and shape arithmetic are resolved. A
 * program is used by one thread at a time.
 */
public final class Program implements AutoCloseable {
    private final Model model;
    private final Precision precision;
    private final Weights weights;
    private final Map<String, Tensor> parameters = new LinkedHashMap<>();
    private final Map<String, Tensor> buffers = new LinkedHashMap<>();
    private final Map<String, UnaryOperator<Tensor>> parametrizations = new HashMap<>();
    private final Plans plans;

    private Program(Model model, Precision precision) {
        Natives.load();
        this.model = model;
        this.precision = precision;
        this.weights = Weights.of(model.graph());
        this.plans = new Plans(model, weights, precision);
        try (PointerScope scope = new PointerScope();
                AutoGradMode noGrad = new AutoGradMode(false)) {
            weights.parameters().forEach(name -> parameters.put(name, leaf(name)));
            weights.buffers().forEach(name -> buffers.put(name, kept(load(name))));
        }
    }

    /**
     * @throws BadInputException naming all nodes whose operator is not supported
     */
    public static Program of(Model model) {
        return of(model, Precision.FLOAT);
    }

    public static Program of(Model model, Precision precision) {
        List<Node> missing = model.graph().nodes().stream()
                .filter(n -> isUnsupported(n, model))
                .toList();
        if (!missing.isEmpty()) {
            throw new BadInputException(Unsupported.message(missing));
        }
        return new Program(model, precision);
    }

    static boolean isUnsupported(Node node, Model model) {
        return Kernels.of(node, model.opset()).isEmpty();
    }

    /** The operators of the standard domain that can run, sorted. */
    public static Set<String> operators() {
        return Kernels.operators();
    }

    public Model model() {
        return model;
    }

    /**
     * The learned constants by name, and what {@link #learn} added: leaves of the program's floating type, in the shape of the file.
     * Their strides are the program's choice; change their contents in place and read them through {@link Tensors}.
     */
    public Map<String, Tensor> parameters() {
        return java.util.Collections.unmodifiableMap(parameters);
    }

    /** Running statistics by name, which training mode updates in place. */
    public Map<String, Tensor> buffers() {
        return java.util.Collections.unmodifiableMap(buffers);
    }

    /**
     * From now on the program computes with {@code seen} of the parameter instead of the parameter itself; gradients flow through
     * it. A second call replaces the first.
     */
    public void parametrize(String parameter, UnaryOperator<Tensor> seen) {
        if (!parameters.containsKey(parameter)) {
            throw new IllegalArgumentException("'" + parameter + "' is not a parameter of the program");
        }
        parametrizations.put(parameter, seen);
    }

    /**
     * Adds a parameter that is not of the graph, as a scale that a parametrization learns. It is one of the {@link #parameters()} from
     * now on, so that what trains them trains, averages and saves it too.
     *
     * @param name no name of the graph
     * @return a leaf that lives as long as the program; known already, it is returned as it is
     */
    public Tensor learn(String name, espalier.graph.Tensor initial) {
        if (model.graph().constant(name).isPresent() || buffers.containsKey(name)) {
            throw new IllegalArgumentException("'" + name + "' is a constant of the graph");
        }
        Tensor known = parameters.get(name);
        if (known != null) {
            return known;
        }
        try (PointerScope scope = new PointerScope();
                AutoGradMode noGrad = new AutoGradMode(false)) {
            Tensor leaf = Tensors.of(initial, precision.carrier(Tensors.exact(initial.dtype())));
            leaf.set_requires_grad(true);
            parameters.put(name, kept(leaf));
            return leaf;
        }
    }

    /**
     * Runs the graph.
     *
     * @param inputs the required inputs by name (the empty name means the only one), in their declared shapes; they are not changed
     * @param taps further values to return: any names of the graph
     * @return the graph's outputs and the taps by name; the caller's {@code PointerScope} owns them
     */
    public Map<String, Tensor> run(Map<String, Tensor> inputs, Mode mode, Collection<String> taps) {
        try (PointerScope scope = new PointerScope()) {
            Map<String, Tensor> given = prepared(inputs);
            Plan plan = plans.get(given, mode, taps);
            for (String name : plan.entryNames()) {
                if (!given.containsKey(name)) {
                    given.put(name, weight(name));
                }
            }
            @Nullable Tensor[] values = plan.run(given);
            Map<String, Tensor> out = new LinkedHashMap<>();
            plan.wanted().forEach((name, slot) -> {
                Tensor t = java.util.Objects.requireNonNull(values[slot]);
                out.put(name, Tensors.handOver(new Tensor(t), scope));
            });
            return out;
        }
    }

    /** As {@link #run(Map, Mode, Collection)} without taps. */
    public Map<String, Tensor> run(Map<String, Tensor> inputs, Mode mode) {
        return run(inputs, mode, List.of());
    }

    private Map<String, Tensor> prepared(Map<String, Tensor> inputs) {
        List<ValueInfo> required = model.graph().requiredInputs();
        Map<String, Tensor> given = new HashMap<>(inputs);
        if (required.size() == 1 && given.containsKey("")) {
            given.put(required.get(0).name(), given.remove(""));
        }
        Set<String> declared = new HashSet<>();
        model.graph().inputs().forEach(i -> declared.add(i.name()));
        for (String name : given.keySet()) {
            if (!declared.contains(name)) {
                throw BadInputException.of("the graph has no input '%s': its inputs are %s", name, declared);
            }
        }
        for (ValueInfo in : required) {
            if (!given.containsKey(in.name())) {
                throw BadInputException.of("input '%s' of the graph is not given", in.name());
            }
        }
        given.replaceAll((name, t) -> carried(t));
        return given;
    }

    private Tensor carried(Tensor t) {
        ScalarType have = t.scalar_type().intern();
        ScalarType want = precision.carrier(have);
        return have == want ? t : t.to(want);
    }

    /** What the program computes with: a parameter as its parametrization shows it, or a buffer. */
    private Tensor weight(String name) {
        Tensor raw = parameters.get(name);
        if (raw == null) {
            return java.util.Objects.requireNonNull(buffers.get(name), name);
        }
        UnaryOperator<Tensor> seen = parametrizations.get(name);
        return seen == null ? raw : seen.apply(raw);
    }

    /**
     * A model with this program's weights: parameters as their parametrizations show them, and running statistics, each in the
     * place and type it has in {@code model}. Nodes and constants that the program does not know stay as they are.
     *
     * @param to the program's model, or one that contains it
     */
    public Model weightsInto(Model to) {
        Map<String, espalier.graph.Tensor> current = new LinkedHashMap<>();
        try (PointerScope scope = new PointerScope();
                AutoGradMode noGrad = new AutoGradMode(false)) {
            for (Set<String> names : List.of(parameters.keySet(), buffers.keySet())) {
                for (String name : names) {
                    to.graph()
                            .constant(name)
                            .ifPresent(old -> current.put(name, Tensors.toHost(weight(name), old.dtype())));
                }
            }
        }
        return to.withGraph(Constants.replaced(to.graph(), current));
    }

    private Tensor leaf(String name) {
        Tensor t = load(name);
        Tensor laidOut = weights.transposed().contains(name) && t.dim() == 2
                ? Layouts.columnsContiguous(t)
                : t.dim() == 4 ? Layouts.channelsLast(t) : t;
        laidOut.set_requires_grad(true);
        return kept(laidOut);
    }

    private Tensor load(String name) {
        espalier.graph.Tensor host = model.graph().constant(name).orElseThrow();
        return Tensors.of(host, precision.carrier(Tensors.exact(host.dtype())));
    }

    private static Tensor kept(Tensor t) {
        t.retainReference();
        return t;
    }

    /** Frees the parameters, the buffers and all plans. */
    @Override
    public void close() {
        plans.close();
        parameters.values().forEach(Tensor::releaseReference);
        buffers.values().forEach(Tensor::releaseReference);
        parameters.clear();
        buffers.clear();
    }
}
