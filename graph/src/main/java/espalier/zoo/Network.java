package espalier.zoo;

import espalier.zoo.NetworkBuilder.Value;

/** The layers of a classifier. */
@FunctionalInterface
interface Network {
    /**
     * Adds the layers.
     *
     * @param image the input, [channels,height,width]
     * @return the logits, [classes]
     */
    Value build(NetworkBuilder net, Value image, int classes);
}
