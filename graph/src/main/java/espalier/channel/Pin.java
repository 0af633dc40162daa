package espalier.channel;

import espalier.graph.Node;

/**
 * Why channels stay: what a node does with them.
 *
 * @param node the node
 * @param text ends the sentence "this node ..."
 */
record Pin(Node node, String text) {
    @Override
    public String toString() {
        return node.label() + " " + text;
    }
}
