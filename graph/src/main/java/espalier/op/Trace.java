package espalier.op;

import espalier.graph.BadInputException;
import espalier.graph.DType;
import espalier.graph.Dim;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.graph.ValueInfo;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Element types and shapes of a graph's values for concrete input shapes, and the contents of those that depend on nothing else:
 * initializers, constants, and what small arithmetic makes of them and of shapes. No activation is ever computed.
 *
 * <p>Values of unknown operators, and all that depends on them, are unknown unless the file declares a fixed shape for them. Values
 * inside subgraphs are not traced.
 */
public final class Trace {
    private final Map<String, TensorType> types = new HashMap<>();
    private final Map<String, Tensor> constants = new HashMap<>();
    private final Map<String, ValueInfo> declared = new HashMap<>();
    private final int opset;
    private long room;

    private Trace(int opset, long room) {
        this.opset = opset;
        this.room = room;
    }

    /**
     * Walks the graph once.
     *
     * @param inputs shapes by input name, as of {@link InputShapes}; an input that is left out must be declared with a fixed shape
     * @throws BadInputException where shapes do not fit an operator, beginning with the node's label
     */
    public static Trace of(Model model, Map<String, Shape> inputs) {
        return of(model, inputs, HostEval.MOST_BYTES);
    }

    /** A trace of a graph without inputs that computes constants of any size, where others leave large ones alone. */
    public static Trace ofConstants(Model model) {
        return of(model, Map.of(), Long.MAX_VALUE);
    }

    private static Trace of(Model model, Map<String, Shape> inputs, long room) {
        Trace t = new Trace(model.opset(), room);
        Graph g = model.graph();
        g.initializers().forEach(t::constant);
        t.enter(g, inputs);
        t.declared.putAll(g.valueInfo());
        g.outputs().forEach(o -> t.declared.put(o.name(), o));
        for (Node n : g.nodes()) {
            t.step(n);
        }
        return t;
    }

    private void enter(Graph graph, Map<String, Shape> inputs) {
        for (ValueInfo in : graph.inputs()) {
            Shape given = inputs.get(in.name());
            if (given != null && in.type().isPresent()) {
                types.put(in.name(), new TensorType(in.type().get().dtype(), given));
                constants.remove(in.name());
            } else if (!constants.containsKey(in.name())) {
                declaredType(in).ifPresent(type -> types.put(in.name(), type));
            }
        }
    }

    private void step(Node node) {
        try {
            Site site = site(node);
            infer(site);
            HostEval.evaluate(site, room).ifPresent(found -> store(node, found));
        } catch (NotKnown e) {
            // the declared types below are all there is
        } catch (BadInputException e) {
            throw new BadInputException(prefixed(node, String.valueOf(e.getMessage())), e);
        } catch (ArithmeticException | IndexOutOfBoundsException | NegativeArraySizeException e) {
            throw new BadInputException(prefixed(node, "inputs or attributes do not fit the operator"), e);
        }
        for (String o : node.outputs()) {
            if (!o.isEmpty() && !types.containsKey(o) && declared.containsKey(o)) {
                declaredType(declared.get(o)).ifPresent(type -> types.put(o, type));
            }
        }
    }

    Site site(Node node) {
        return new Site(node, opset, this);
    }

    private void infer(Site site) {
        Optional<ShapeRule> rule = ShapeRules.of(site.node());
        if (rule.isPresent()) {
            List<TensorType> found = rule.get().outputs(site);
            for (int i = 0; i < found.size(); i++) {
                types.put(site.node().output(i), found.get(i));
            }
        }
    }

    private void store(Node node, List<Tensor> found) {
        for (int i = 0; i < found.size(); i++) {
            constant(node.output(i), found.get(i));
        }
        if (room < Long.MAX_VALUE && !HostConstants.needsNoContents(node)) {
            room -= found.stream().mapToLong(Tensor::bytes).sum();
        }
    }

    private void constant(String value, Tensor tensor) {
        constants.put(value, tensor);
        types.put(value, TensorType.of(tensor));
    }

    private static String prefixed(Node node, String message) {
        String label = node.label() + ": ";
        return message.startsWith(label) ? message : label + message;
    }

    private static Optional<TensorType> declaredType(ValueInfo info) {
        if (info.dims().isEmpty()) {
            return Optional.empty();
        }
        List<Dim> dims = info.dims().get();
        long[] d = new long[dims.size()];
        for (int i = 0; i < d.length; i++) {
            d[i] = dims.get(i).size();
            if (d[i] < 0) {
                return Optional.empty();
            }
        }
        return info.type().map(type -> new TensorType(type.dtype(), Shape.of(d)));
    }

    /** Whether the type of a value is known. */
    public boolean knows(String value) {
        return types.containsKey(value) && !value.isEmpty();
    }

    public Optional<TensorType> type(String value) {
        return value.isEmpty() ? Optional.empty() : Optional.ofNullable(types.get(value));
    }

    /**
     * @throws BadInputException where it is not known
     */
    public Shape shape(String value) {
        return known(value).shape();
    }

    /**
     * @throws BadInputException where it is not known
     */
    public DType dtype(String value) {
        return known(value).dtype();
    }

    private TensorType known(String value) {
        return type(value)
                .orElseThrow(() -> BadInputException.of(
                        "value '%s': its shape is not known, because an operator before it has no shape rule", value));
    }

    /**
     * The contents of a value that depends on no activation: an initializer (not copied), a constant, or small arithmetic on those
     * and on shapes. Integers and booleans are computed up to 65,536 elements, floats up to 1,024, and 64 MB in all.
     */
    public Optional<Tensor> constant(String value) {
        return value.isEmpty() ? Optional.empty() : Optional.ofNullable(constants.get(value));
    }

    /** Whether every output of a node is a {@link #constant}, so that running the graph need not run the node. */
    public boolean isHost(Node node) {
        for (String o : node.outputs()) {
            if (!o.isEmpty() && !constants.containsKey(o)) {
                return false;
            }
        }
        return true;
    }
}
