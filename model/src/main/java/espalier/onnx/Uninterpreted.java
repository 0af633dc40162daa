package espalier.onnx;

import espalier.graph.Extra;
import espalier.graph.Graph;
import espalier.graph.Node;
import java.util.HashSet;
import java.util.Set;

/** Fields that are carried along as they are, but without which a model would not compute the same. */
public final class Uninterpreted {
    private static final int SPARSE = 15;
    private static final int OVERLOAD = 8;

    private Uninterpreted() {}

    /** The field of a graph that holds its sparse initializers. */
    public static Extra sparse(Graph graph) {
        return Message.of(graph.extra().bytes()).only(SPARSE);
    }

    /** Names of sparse initializers, which nodes read like others. */
    static Set<String> sparseNames(Graph graph) {
        Set<String> names = new HashSet<>();
        if (!graph.extra().isEmpty()) {
            for (Message s : Message.of(graph.extra().bytes()).messages(SPARSE)) {
                s.messages(1).forEach(values -> names.add(values.text(8)));
            }
        }
        return names;
    }

    /** The field of a node that says which of several functions of one name it calls. */
    public static Extra overload(Node node) {
        return Message.of(node.extra().bytes()).only(OVERLOAD);
    }
}
