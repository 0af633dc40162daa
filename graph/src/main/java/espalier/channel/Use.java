package espalier.channel;

import espalier.graph.Node;
import java.util.List;

/**
 * How one node reads one initializer. An element goes if any of the arrays says so; without arrays the initializer stays whole.
 *
 * @param initializer its name
 * @param node the reader
 * @param view shape under which its elements are seen
 * @param labels arrays that broadcast to the view
 * @param roles one for each array
 */
record Use(String initializer, Node node, int[] view, List<Labels> labels, List<Role> roles) {}
