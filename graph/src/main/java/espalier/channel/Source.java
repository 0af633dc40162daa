package espalier.channel;

import espalier.graph.Node;

/**
 * Where labels begin: an axis that a weight alone decides.
 *
 * @param node makes the value
 * @param weight the initializer behind it
 * @param axis the axis of the node's first output
 * @param first the first label
 * @param size number of labels
 */
record Source(Node node, String weight, int axis, int first, int size) {
    /** The node's name, or where it has none its weight's. */
    String name() {
        return node.name().isEmpty() ? weight : node.name();
    }
}
