package espalier.dynamic;

import espalier.config.Method;
import espalier.graph.Shape;
import java.util.SplittableRandom;

/** The mean of each channel and one linear layer: for images [C,H,W], sequences [T,C] and vectors alike. */
@Method(key = "pool", summary = "mean of each channel, linear layer")
public record PoolHead() implements Head {
    @Override
    public String attach(HeadBuilder layers, String value, Shape shape, int classes, SplittableRandom random) {
        return switch (shape.rank()) {
            case 1 -> layers.linear(value, shape.dim(0), classes, random);
            case 2 -> layers.linear(layers.meanOfSequence(value), shape.dim(1), classes, random);
            default -> layers.linear(layers.meanOfImage(value), shape.dim(0), classes, random);
        };
    }
}
