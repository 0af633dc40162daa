package espalier.dynamic;

import espalier.graph.Shape;
import java.util.SplittableRandom;

/** The classifier at an early exit. */
public sealed interface Head permits PoolHead, ConvHead {
    /**
     * Adds the classifier's layers.
     *
     * @param value what it classifies
     * @param shape of that for one sample, without the batch
     * @param classes how many scores it gives
     * @return the scores, [N,classes]
     */
    String attach(HeadBuilder layers, String value, Shape shape, int classes, SplittableRandom random);
}
