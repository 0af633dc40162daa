package espalier.distill;

import espalier.graph.Attribute;
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
import java.util.SplittableRandom;

/**
 * A student with regressors: nodes that only losses read, trained like everything else and dropped afterwards by their names.
 *
 * @param model with regressors
 * @param added names of their nodes' outputs and weights
 */
record Grown(Model model, Set<String> added) {
    private static final String NAME = "distill.regressor";

    static Grown of(Model student) {
        return new Grown(student, Set.of());
    }

    /** A grown student, and what its loss reads now. */
    record Taught(Grown student, List<Match> matches) {}

    /** Adds regressors where a loss needs them. */
    Taught with(Regressor kind, List<Match> matches, long seed) {
        Grown grown = this;
        List<Match> now = new ArrayList<>();
        for (Match m : matches) {
            int kernel = kernel(kind, m);
            if (kind == Regressor.NONE
                    || (kernel == 1 && m.student().channels() == m.teacher().channels())) {
                now.add(m);
            } else {
                String output = grown.model.graph().freshName(NAME);
                grown = grown.plus(m, kernel, output, new SplittableRandom(seed + grown.added.size()));
                now.add(new Match(new Feature(output, regressed(m, kernel)), m.teacher()));
            }
        }
        return new Taught(grown, now);
    }

    /** The kernel that makes a larger map of the student as small as the teacher's. */
    private static int kernel(Regressor kind, Match m) {
        if (kind != Regressor.CONVOLUTION
                || !m.student().isMap()
                || !m.teacher().isMap()) {
            return 1;
        }
        long taller = m.student().shape().dim(2) - m.teacher().shape().dim(2);
        long wider = m.student().shape().dim(3) - m.teacher().shape().dim(3);
        return taller == wider && taller > 0 ? Math.toIntExact(taller + 1) : 1;
    }

    private static Shape regressed(Match m, int kernel) {
        Shape s = m.student().shape().with(1, m.teacher().channels());
        return s.rank() == 4 ? s.with(2, s.dim(2) - kernel + 1).with(3, s.dim(3) - kernel + 1) : s;
    }

    private Grown plus(Match m, int kernel, String output, SplittableRandom random) {
        long in = m.student().channels();
        long out = m.teacher().channels();
        boolean map = m.student().isMap();
        if (!map && m.student().shape().rank() != 2) {
            throw BadInputException.of(
                    "the student's %s and the teacher's %s have different widths, and a regressor takes feature maps"
                            + " and vectors: name other values",
                    m.student(), m.teacher());
        }
        String weight = output + ".weight";
        String bias = output + ".bias";
        Shape shape = map ? Shape.of(out, in, kernel, kernel) : Shape.of(out, in);
        Map<String, Tensor> weights = new LinkedHashMap<>();
        weights.put(weight, normal(shape, random));
        weights.put(bias, Tensor.floats(Shape.of(out), new float[Math.toIntExact(out)]));
        List<String> inputs = List.of(m.student().name(), weight, bias);
        Node node = map
                ? Node.of("Conv", inputs, List.of(output), Map.of("kernel_shape", Attribute.ints(kernel, kernel)))
                : Node.of("Gemm", inputs, List.of(output), Map.of("transB", Attribute.of(1)));
        Graph g = model.graph();
        List<Node> nodes = new ArrayList<>(g.nodes());
        nodes.add(node);
        Set<String> all = new HashSet<>(added);
        all.addAll(List.of(output, weight, bias));
        return new Grown(model.withGraph(g.withNodes(nodes).plusInitializers(weights)), all);
    }

    /** Variance 1 / fan-in, as for layers that no ReLU follows. */
    private static Tensor normal(Shape shape, SplittableRandom random) {
        float[] values = new float[Math.toIntExact(shape.elements())];
        double deviation = Math.sqrt((double) shape.dim(0) / values.length);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (deviation * random.nextGaussian());
        }
        return Tensor.floats(shape, values);
    }

    /** The student alone, with the weights it has in a trained grown one. */
    Model without(Model trained) {
        Graph g = trained.graph();
        Map<String, Tensor> weights = new LinkedHashMap<>(g.initializers());
        weights.keySet().removeAll(added);
        List<Node> nodes =
                g.nodes().stream().filter(n -> !added.contains(n.id())).toList();
        return trained.withGraph(g.withNodes(nodes).withInitializers(weights));
    }
}
