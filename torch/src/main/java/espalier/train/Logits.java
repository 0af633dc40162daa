package espalier.train;

import espalier.graph.Graph;
import espalier.graph.Node;
import java.util.Optional;
import java.util.Set;

/** Where a classifier's scores are. */
public final class Logits {
    private static final Set<String> PASSING = Set.of("Identity", "Flatten", "Reshape", "Squeeze");

    private Logits() {}

    /**
     * The value that holds the scores before a softmax: the graph's first output, or what goes into the softmax that makes it. A
     * softmax further inside, as in attention, is left alone.
     */
    public static String of(Graph graph) {
        return last(graph)
                .map(softmax -> softmax.input(0))
                .orElse(graph.outputNames().get(0));
    }

    /** Whether the graph's first output holds probabilities, not scores or their logarithms. */
    public static boolean endInProbabilities(Graph graph) {
        return last(graph).filter(softmax -> softmax.is("Softmax")).isPresent();
    }

    private static Optional<Node> last(Graph graph) {
        Optional<Node> producer = graph.edges().producer(graph.outputNames().get(0));
        while (producer.filter(n -> n.isStandard() && PASSING.contains(n.opType()))
                .isPresent()) {
            producer = graph.edges().producer(producer.get().input(0));
        }
        return producer.filter(n -> n.is("Softmax") || n.is("LogSoftmax"));
    }
}
