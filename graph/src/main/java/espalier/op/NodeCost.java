package espalier.op;

import espalier.graph.Node;

/**
 * What a node costs.
 *
 * @param node the node
 * @param macs multiply-adds of convolutions and matrix products, else 0
 * @param parameters elements of the weights it is the first to use
 * @param parameterBytes their bytes
 * @param outputBytes bytes of its outputs, as far as their types are known
 * @param isKnown false where its shapes are not known, so that {@code macs} is 0 for want of better
 */
public record NodeCost(Node node, long macs, long parameters, long parameterBytes, long outputBytes, boolean isKnown) {}
