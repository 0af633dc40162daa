package espalier.work;

import espalier.data.Normalization;
import espalier.graph.Attribute;
import espalier.graph.BadInputException;
import espalier.graph.Dim;
import espalier.graph.Edges;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.graph.ValueInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Another network that takes the samples of a run, under the name that they have there. Where it was trained on otherwise normalized
 * inputs, a scale and a shift before its first node undo the one and do the other; where it wants the same numbers in another shape, a
 * reshape gives them, or a transpose where only one of the two has channels last.
 */
public final class Adapted {
    /** Of the axes, which makes channels last of channels first, and back. */
    private static final List<long[]> ORDERS = List.of(new long[] {0, 2, 3, 1}, new long[] {0, 3, 1, 2});

    private Adapted() {}

    /**
     * @param given how the run's samples are normalized
     * @param shapes of one sample by input, with a batch of 1
     */
    public static Model of(Model network, Normalization given, Map<String, Shape> shapes) {
        Model shaped = inShape(network, shapes);
        return hasOneInput(network, shapes) ? normalized(shaped, given, sample(shapes)) : shaped;
    }

    /** Of a new network, which was never trained on anything else: only the input's name and shape may have to change. */
    static Model inShape(Model network, Map<String, Shape> shapes) {
        return hasOneInput(network, shapes)
                ? reshaped(called(network, shapes.keySet().iterator().next()), sample(shapes))
                : network;
    }

    private static boolean hasOneInput(Model network, Map<String, Shape> shapes) {
        return network.graph().requiredInputs().size() == 1 && shapes.size() == 1;
    }

    private static Shape sample(Map<String, Shape> shapes) {
        return shapes.values().iterator().next();
    }

    /** With its input called as the samples are; a value inside that has this name gets another. */
    private static Model called(Model network, String name) {
        ValueInfo input = network.graph().requiredInputs().get(0);
        if (name.isEmpty() || name.equals(input.name())) {
            return network;
        }
        Graph g = without(network.graph(), name);
        Node first = Node.of("Identity", List.of(name), input.name());
        List<ValueInfo> inputs = g.inputs().stream()
                .map(i -> i.equals(input) ? new ValueInfo(name, i.type(), i.extra()) : i)
                .toList();
        return network.withGraph(g.withInputs(inputs)
                .withNodes(Stream.concat(Stream.of(first), g.nodes().stream()).toList()));
    }

    /** With another name for what is called {@code name}, be it made by a node or a constant. */
    private static Graph without(Graph g, String name) {
        if (!g.valueNames().contains(name)) {
            return g;
        }
        if (g.edges().uses(name).stream().anyMatch(Edges.Use::isCapture)) {
            throw BadInputException.of(
                    "teacher: its value '%s' is called as the student's input and used inside If or Loop: export it with other names",
                    name);
        }
        UnaryOperator<String> other = v -> v.equals(name) ? g.freshName(name) : v;
        UnaryOperator<ValueInfo> renamed = v -> new ValueInfo(other.apply(v.name()), v.type(), v.extra());
        Map<String, Tensor> constants = new LinkedHashMap<>();
        g.initializers().forEach((v, t) -> constants.put(other.apply(v), t));
        return g.mapNodes(n -> n.withInputs(n.inputs().stream().map(other).toList())
                        .withOutputs(n.outputs().stream().map(other).toList()))
                .withInitializers(constants)
                .withInputs(g.inputs().stream().map(renamed).toList())
                .withOutputs(g.outputs().stream().map(renamed).toList())
                .withValueInfo(Map.of());
    }

    private static Model reshaped(Model network, Shape sample) {
        Graph g = network.graph();
        ValueInfo input = g.requiredInputs().get(0);
        List<Dim> dims = input.dims().orElse(List.of());
        if (dims.isEmpty() || agree(dims, sample.toArray())) {
            return network;
        }
        String value = g.freshName("distill.reshaped");
        Optional<long[]> order =
                ORDERS.stream().filter(o -> agree(dims, turned(sample, o))).findFirst();
        if (order.isPresent()) {
            Map<String, Attribute> perm = Map.of("perm", Attribute.ints(order.get()));
            Node turn = Node.of("Transpose", List.of(input.name()), List.of(value), perm);
            return network.withGraph(entered(g, sample, turn));
        }
        if (dims.stream().skip(1).anyMatch(d -> !d.isFixed())) {
            return network;
        }
        long[] wanted = dims.stream().mapToLong(Dim::size).toArray();
        wanted[0] = 1;
        if (Shape.of(wanted).elements() != sample.elements()) {
            throw BadInputException.of(
                    "teacher: its input '%s' is %s for one sample, the student's is %s: give a teacher of the same data",
                    input.name(), Shape.of(wanted), sample);
        }
        wanted[0] = -1;
        String target = g.freshName("distill.shape");
        Node reshape = Node.of("Reshape", List.of(input.name(), target), value);
        return network.withGraph(entered(g, sample, reshape).plusInitializers(Map.of(target, Tensor.longs(wanted))));
    }

    /** The graph for such samples, which go through a node first. */
    private static Graph entered(Graph g, Shape sample, Node first) {
        ValueInfo input = g.requiredInputs().get(0);
        Dim[] given = sample.stream().mapToObj(Dim::of).toArray(Dim[]::new);
        given[0] = input.dims().orElseThrow().get(0);
        return before(g, first.output(0), List.of(first))
                .withInputs(g.inputs().stream()
                        .map(i -> i.equals(input)
                                ? ValueInfo.of(i.name(), i.type().orElseThrow().dtype(), given)
                                : i)
                        .toList());
    }

    /** Behind the batch. */
    private static boolean agree(List<Dim> dims, long[] sizes) {
        return dims.size() == sizes.length
                && IntStream.range(1, sizes.length)
                        .allMatch(i -> !dims.get(i).isFixed() || dims.get(i).size() == sizes[i]);
    }

    private static long[] turned(Shape sample, long[] order) {
        return sample.rank() != order.length
                ? new long[0]
                : Arrays.stream(order).map(axis -> sample.dim((int) axis)).toArray();
    }

    private static Model normalized(Model teacher, Normalization given, Shape sample) {
        String text = teacher.metadata().get(Model.NORMALIZATION);
        Normalization its = text == null ? Normalization.NONE : Normalization.parse(text);
        if (its.equals(given)) {
            return teacher;
        }
        Graph g = teacher.graph();
        int channels = Math.max(1, Math.max(its.mean().size(), given.mean().size()));
        float[] scales = new float[channels];
        float[] shifts = new float[channels];
        for (int c = 0; c < channels; c++) {
            double std = at(its.std(), c, 1);
            scales[c] = (float) (at(given.std(), c, 1) / std);
            shifts[c] = (float) ((at(given.mean(), c, 0) - at(its.mean(), c, 0)) / std);
        }
        int axis = channelAxis(sample, channels);
        long[] sizes = IntStream.range(0, Math.max(2, sample.rank()))
                .mapToLong(i -> i == axis ? channels : 1)
                .toArray();
        Map<String, Tensor> constants = new LinkedHashMap<>();
        String scale = g.freshName("distill.scale");
        String shift = g.freshName("distill.shift");
        constants.put(scale, Tensor.floats(Shape.of(sizes), scales));
        constants.put(shift, Tensor.floats(Shape.of(sizes), shifts));
        String scaled = g.freshName("distill.scaled");
        String shifted = g.freshName("distill.shifted");
        List<Node> nodes = List.of(
                Node.of("Mul", List.of(g.requiredInputs().get(0).name(), scale), scaled),
                Node.of("Add", List.of(scaled, shift), shifted));
        return teacher.withGraph(before(g, shifted, nodes).plusInitializers(constants));
    }

    /** The second, or the last where the sample has so many channels there alone. */
    private static int channelAxis(Shape sample, int channels) {
        int last = sample.rank() - 1;
        return last > 1 && sample.dim(1) != channels && sample.dim(last) == channels ? last : 1;
    }

    /** The graph with nodes before its first one; what read the input reads {@code value} now. */
    private static Graph before(Graph g, String value, List<Node> first) {
        String input = g.requiredInputs().get(0).name();
        List<Node> rest = new ArrayList<>();
        g.nodes()
                .forEach(n -> rest.add(n.withInputs(n.inputs().stream()
                        .map(v -> v.equals(input) ? value : v)
                        .toList())));
        return g.withNodes(Stream.concat(first.stream(), rest.stream()).toList());
    }

    private static double at(List<Double> numbers, int channel, double otherwise) {
        return numbers.isEmpty() ? otherwise : numbers.get(Math.min(channel, numbers.size() - 1));
    }
}
