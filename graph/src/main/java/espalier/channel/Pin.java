package espalier.channel;

import espalier.graph.Node;

/**
 * Why channels stay: what a node does with them. The sentence is put together only when somebody asks.
 *
 * @param node the node
 * @param before ends the sentence "this node ..." together with what follows
 * @param subject a name, or empty
 * @param after follows the name
 */
record Pin(Node node, String before, String subject, String after) {
    Pin(Node node, String text) {
        this(node, text, "", "");
    }

    @Override
    public String toString() {
        return node.label() + " " + before + subject + after;
    }
}
