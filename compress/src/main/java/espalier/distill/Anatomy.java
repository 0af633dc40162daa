package espalier.distill;

import espalier.config.Nearest;
import espalier.graph.BadInputException;
import espalier.graph.Dim;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Shape;
import espalier.graph.ValueInfo;
import espalier.op.InputShapes;
import espalier.op.Trace;
import espalier.train.Logits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Where a classifier has features worth comparing. */
final class Anatomy {
    private static final Set<String> LINEAR = Set.of("Gemm", "MatMul", "Conv");
    private static final String SCORES = "logits";

    private final Graph graph;
    private final Trace trace;
    private final String scores;

    private Anatomy(Model model, Map<String, Shape> shapes) {
        this.graph = model.graph();
        this.trace = Trace.of(model, InputShapes.of(model, 1, shapes));
        this.scores = Logits.of(graph);
    }

    /** @param shapes of inputs that have other free sizes than the batch */
    static Anatomy of(Model model, Map<String, Shape> shapes) {
        return new Anatomy(model, shapes);
    }

    Feature feature(String value) {
        return new Feature(value, trace.shape(value));
    }

    Feature scores() {
        return feature(scores);
    }

    /** How many classes there are; empty where an operator hides it and the file does not say. */
    OptionalLong classes() {
        return trace.type(scores).isPresent()
                ? OptionalLong.of(scores().channels())
                : graph.outputs().get(0).dims().stream()
                        .flatMap(List::stream)
                        .skip(1)
                        .filter(Dim::isFixed)
                        .mapToLong(Dim::size)
                        .findFirst();
    }

    /** What goes into the last linear layer before the scores; the scores themselves where there is none. */
    Feature embedding() {
        String value = scores;
        Optional<Node> node = graph.edges().producer(value);
        while (node.isPresent()) {
            if (LINEAR.contains(node.get().opType())
                    && graph.constant(node.get().input(1)).isPresent()) {
                return feature(node.get().input(0));
            }
            value = node.get().input(0);
            node = graph.edges().producer(value);
        }
        return scores();
    }

    /**
     * The ends of the stages: for each resolution of feature maps the last value of that resolution through which all that is
     * computed later has to pass, or the last one where there is no such.
     */
    List<Feature> stages() {
        Map<String, Integer> readers = new HashMap<>();
        graph.nodes().forEach(n -> n.inputs().forEach(i -> readers.merge(i, 1, Integer::sum)));
        Set<String> alive = new LinkedHashSet<>();
        graph.requiredInputs().stream().map(ValueInfo::name).forEach(alive::add);
        Map<List<Long>, Feature> narrow = new LinkedHashMap<>();
        Map<List<Long>, Feature> last = new LinkedHashMap<>();
        for (Node n : graph.nodes()) {
            if (trace.isHost(n)) {
                continue;
            }
            n.inputs().forEach(i -> {
                if (readers.merge(i, -1, Integer::sum) == 0) {
                    alive.remove(i);
                }
            });
            n.outputs().stream().filter(o -> readers.getOrDefault(o, 0) > 0).forEach(alive::add);
            map(n).ifPresent(f -> {
                List<Long> resolution = List.of(f.shape().dim(2), f.shape().dim(3));
                last.put(resolution, f);
                if (alive.size() == 1 && alive.contains(f.name())) {
                    narrow.put(resolution, f);
                }
            });
        }
        List<Feature> stages = new ArrayList<>();
        last.forEach((resolution, f) -> stages.add(narrow.getOrDefault(resolution, f)));
        return stages;
    }

    private Optional<Feature> map(Node node) {
        String value = node.output(0);
        return trace.type(value)
                .filter(t -> t.dtype().isFloating() && t.shape().rank() == 4)
                .map(t -> new Feature(value, t.shape()))
                .filter(f -> f.places() > 1);
    }

    /** The values that names and patterns stand for, each pattern's in the order of the graph. */
    List<Feature> named(List<String> patterns, String who) {
        List<String> values = graph.valueNames();
        List<Feature> found = new ArrayList<>();
        for (String pattern : patterns) {
            if (pattern.equals(SCORES) && !values.contains(SCORES)) {
                found.add(scores());
                continue;
            }
            String regex = "\\Q" + pattern.replace("*", "\\E.*\\Q") + "\\E";
            List<String> matching = values.stream()
                    .filter(v -> v.matches(regex) && graph.constant(v).isEmpty())
                    .toList();
            if (matching.isEmpty()) {
                throw new BadInputException("the " + who + " has no value '" + pattern + "'"
                        + Nearest.hint(pattern, values) + ": espalier inspect shows the names");
            }
            matching.forEach(v -> found.add(feature(v)));
        }
        return found;
    }
}
