package espalier.distill;

import espalier.data.Normalization;
import espalier.graph.Attribute;
import espalier.graph.BadInputException;
import espalier.graph.Dim;
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
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A teacher that takes what the student takes. Where it was trained on otherwise normalized inputs, a scale and a shift before its
 * first node undo the one and do the other; where it wants the same numbers in another shape, a reshape gives them, or a transpose
 * where only one of the two has channels last.
 */
final class Adapted {
    /** Of the axes, which makes channels last of channels first, and back. */
    private static final List<long[]> ORDERS = List.of(new long[] {0, 2, 3, 1}, new long[] {0, 3, 1, 2});

    private Adapted() {}

    /**
     * @param given how the student's inputs are normalized
     * @param shapes of one sample by input, with a batch of 1
     */
    static Model of(Model teacher, Normalization given, Map<String, Shape> shapes) {
        if (teacher.graph().requiredInputs().size() != 1 || shapes.size() != 1) {
            return teacher;
        }
        Shape sample = shapes.values().iterator().next();
        return normalized(reshaped(teacher, sample), given, sample);
    }

    private static Model reshaped(Model teacher, Shape sample) {
        Graph g = teacher.graph();
        ValueInfo input = g.requiredInputs().get(0);
        List<Dim> dims = input.dims().orElse(List.of());
        if (dims.isEmpty() || dims.stream().skip(1).anyMatch(d -> !d.isFixed())) {
            return teacher;
        }
        long[] wanted = dims.stream().mapToLong(Dim::size).toArray();
        wanted[0] = 1;
        if (Arrays.equals(wanted, sample.toArray())) {
            return teacher;
        }
        if (Shape.of(wanted).elements() != sample.elements()) {
            throw BadInputException.of(
                    "teacher: its input '%s' is %s for one sample, the student's is %s: give a teacher of the same data",
                    input.name(), Shape.of(wanted), sample);
        }
        String target = g.freshName("distill.shape");
        String value = g.freshName("distill.reshaped");
        Dim[] given = sample.stream().mapToObj(Dim::of).toArray(Dim[]::new);
        given[0] = dims.get(0);
        Optional<long[]> order = ORDERS.stream()
                .filter(o -> Arrays.equals(wanted, turned(sample, o)))
                .findFirst();
        Node change = order.isPresent()
                ? Node.of(
                        "Transpose", List.of(input.name()), List.of(value), Map.of("perm", Attribute.ints(order.get())))
                : Node.of("Reshape", List.of(input.name(), target), value);
        wanted[0] = -1;
        Graph changed = before(g, value, List.of(change))
                .plusInitializers(order.isPresent() ? Map.of() : Map.of(target, Tensor.longs(wanted)))
                .withInputs(g.inputs().stream()
                        .map(i -> i.equals(input)
                                ? ValueInfo.of(i.name(), i.type().orElseThrow().dtype(), given)
                                : i)
                        .toList());
        return teacher.withGraph(changed);
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
