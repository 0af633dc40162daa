package espalier.train;

import espalier.graph.Graph;
import espalier.graph.Node;
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
        String output = graph.outputNames().get(0);
        String value = output;
        while (true) {
            Node producer = graph.edges().producer(value).orElse(null);
            if (producer == null || !producer.isStandard()) {
                return output;
            }
            if (producer.is("Softmax") || producer.is("LogSoftmax")) {
                return producer.input(0);
            }
            if (!PASSING.contains(producer.opType())) {
                return output;
            }
            value = producer.input(0);
        }
    }
}
