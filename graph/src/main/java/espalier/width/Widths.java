package espalier.width;

import espalier.graph.BadInputException;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Tensor;
import espalier.graph.ValueInfo;
import espalier.pass.FoldConstants;
import espalier.pass.Part;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * What a model of several widths says of them in its metadata. Each width is an output; the widest is the first.
 *
 * @param widths shares of the channels, the widest, which is 1, first
 * @param outputs the scores of each
 * @param accuracies of each, 0..1; empty where none are known
 */
public record Widths(List<Double> widths, List<String> outputs, List<Double> accuracies) {
    private static final String WIDTHS = "espalier.widths";
    private static final String OUTPUTS = "espalier.widths.outputs";
    private static final String ACCURACIES = "espalier.widths.accuracies";
    private static final String BETWEEN = "\t";

    public Widths {
        widths = List.copyOf(widths);
        outputs = List.copyOf(outputs);
        accuracies = List.copyOf(accuracies);
        if (widths.isEmpty()
                || outputs.size() != widths.size()
                || !accuracies.isEmpty() && accuracies.size() != widths.size()) {
            throw BadInputException.of(
                    "%d widths with %d outputs and %d accuracies: each has one",
                    widths.size(), outputs.size(), accuracies.size());
        }
    }

    /** Empty for a model of one width. */
    public static Optional<Widths> of(Model model) {
        Map<String, String> said = model.metadata();
        if (!said.containsKey(WIDTHS)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Widths(
                    numbers(said.getOrDefault(WIDTHS, "")),
                    Arrays.asList(said.getOrDefault(OUTPUTS, "").split(BETWEEN)),
                    numbers(said.getOrDefault(ACCURACIES, ""))));
        } catch (NumberFormatException e) {
            throw new BadInputException(WIDTHS + " of the model are not numbers: make its widths again", e);
        }
    }

    private static List<Double> numbers(String joined) {
        return joined.isEmpty()
                ? List.of()
                : Arrays.stream(joined.split(BETWEEN)).map(Double::valueOf).toList();
    }

    /** The widest network a model holds: the model itself where it has one width. */
    public static Model widest(Model model) {
        return of(model).map(w -> w.network(model, 0)).orElse(model);
    }

    /** The model with this in its metadata. */
    public Model into(Model model) {
        Map<String, String> metadata = new LinkedHashMap<>(model.metadata());
        metadata.put(WIDTHS, joined(widths));
        metadata.put(OUTPUTS, String.join(BETWEEN, outputs));
        metadata.remove(ACCURACIES);
        if (!accuracies.isEmpty()) {
            metadata.put(ACCURACIES, joined(accuracies));
        }
        return model.withMetadata(metadata);
    }

    private static String joined(List<Double> numbers) {
        return numbers.stream().map(String::valueOf).collect(Collectors.joining(BETWEEN));
    }

    public Widths withAccuracies(List<Double> found) {
        return new Widths(widths, outputs, found);
    }

    /**
     * Which width this is.
     *
     * @throws BadInputException where the model does not hold it
     */
    public int indexOf(double width) {
        int i = widths.indexOf(width);
        if (i < 0) {
            throw BadInputException.of("width %s is not among those of the model: %s", text(width), text());
        }
        return i;
    }

    /** Says that a step cannot go on from a model of several widths. */
    public void refuse() {
        throw BadInputException.of(
                "the network has the widths %s: take one of them first, with the step 'width'", text());
    }

    private String text() {
        return widths.stream().map(Widths::text).collect(Collectors.joining(", "));
    }

    /** A width without a needless fraction: {@code 1} and {@code 0.25}. */
    public static String text(double width) {
        return width == Math.rint(width) ? String.valueOf((long) width) : String.valueOf(width);
    }

    /**
     * A network of one width, with weights of its own size; its values are called as those of the widest.
     *
     * @param model that says this of itself
     * @param i which of the widths
     */
    public Model network(Model model, int i) {
        List<String> inputs =
                model.graph().requiredInputs().stream().map(ValueInfo::name).toList();
        Model part = new FoldConstants(true).apply(Part.between(model, inputs, List.of(outputs.get(i))));
        Map<String, String> metadata = new LinkedHashMap<>(part.metadata());
        metadata.keySet().removeAll(List.of(WIDTHS, OUTPUTS, ACCURACIES));
        String wide = outputs.get(0);
        String prefix = outputs.get(i).endsWith(wide)
                ? outputs.get(i).substring(0, outputs.get(i).length() - wide.length())
                : "";
        return part.withGraph(without(prefix, part.graph())).withMetadata(metadata);
    }

    private static Graph without(String prefix, Graph graph) {
        UnaryOperator<String> plain = name -> name.startsWith(prefix) ? name.substring(prefix.length()) : name;
        Map<String, Tensor> initializers = new LinkedHashMap<>();
        graph.initializers().forEach((name, t) -> initializers.put(plain.apply(name), t));
        List<Node> nodes = graph.nodes().stream()
                .map(n -> n.withInputs(n.inputs().stream().map(plain).toList())
                        .withOutputs(n.outputs().stream().map(plain).toList())
                        .withName(plain.apply(n.name())))
                .toList();
        List<ValueInfo> outputs = graph.outputs().stream()
                .map(o -> new ValueInfo(plain.apply(o.name()), o.type(), o.extra()))
                .toList();
        return graph.withNodes(nodes).withInitializers(initializers).withOutputs(outputs);
    }
}
