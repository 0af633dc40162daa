package espalier.distill;

import espalier.data.Normalization;
import espalier.graph.BadInputException;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.op.InputShapes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A teacher that takes inputs normalized as the student wants them: where it was trained with others, a scale and a shift before its
 * first node undo the one and do the other.
 */
final class Renormalized {
    /** Under which a model's metadata hold what its inputs are normalized by; without it they are as in the file. */
    private static final String KEY = "espalier.normalization";

    private Renormalized() {}

    static Model of(Model teacher, Normalization given, Map<String, Shape> shapes) {
        String text = teacher.metadata().get(KEY);
        Normalization its = text == null ? Normalization.NONE : Normalization.parse(text);
        if (its.equals(given)) {
            return teacher;
        }
        Graph g = teacher.graph();
        if (g.requiredInputs().size() != 1) {
            throw new BadInputException(
                    "teacher: its inputs are normalized otherwise than the student's: train it anew");
        }
        String input = g.requiredInputs().get(0).name();
        int rank = Objects.requireNonNull(InputShapes.of(
                                teacher,
                                1,
                                shapes.size() == 1
                                        ? Map.of("", shapes.values().iterator().next())
                                        : shapes)
                        .get(input))
                .rank();
        String scaled = g.freshName("distill.scaled");
        String shifted = g.freshName("distill.shifted");
        String scale = g.freshName("distill.scale");
        String shift = g.freshName("distill.shift");
        int channels = Math.max(1, Math.max(its.mean().size(), given.mean().size()));
        float[] scales = new float[channels];
        float[] shifts = new float[channels];
        for (int c = 0; c < channels; c++) {
            double std = at(its.std(), c, 1);
            scales[c] = (float) (at(given.std(), c, 1) / std);
            shifts[c] = (float) ((at(given.mean(), c, 0) - at(its.mean(), c, 0)) / std);
        }
        List<Node> nodes = new ArrayList<>();
        nodes.add(Node.of("Mul", List.of(input, scale), scaled));
        nodes.add(Node.of("Add", List.of(scaled, shift), shifted));
        g.nodes()
                .forEach(n -> nodes.add(n.withInputs(n.inputs().stream()
                        .map(v -> v.equals(input) ? shifted : v)
                        .toList())));
        Shape shape = broadcast(rank, channels);
        return teacher.withGraph(g.withNodes(nodes)
                .plusInitializers(Map.of(scale, Tensor.floats(shape, scales), shift, Tensor.floats(shape, shifts))));
    }

    private static double at(List<Double> numbers, int channel, double otherwise) {
        return numbers.isEmpty() ? otherwise : numbers.get(Math.min(channel, numbers.size() - 1));
    }

    /** [1, C, 1, ...]. */
    private static Shape broadcast(int rank, int channels) {
        long[] sizes = new long[Math.max(2, rank)];
        java.util.Arrays.fill(sizes, 1);
        sizes[1] = channels;
        return Shape.of(sizes);
    }
}
