package espalier.dynamic;

import espalier.config.Key;
import espalier.config.Method;
import espalier.graph.BadInputException;
import espalier.graph.Shape;
import java.util.SplittableRandom;

/**
 * A convolution, ReLU, pooling and one linear layer, as at the first branch of B-LeNet. Teerapittayanon, McDanel, Kung: BranchyNet,
 * 2016, arXiv:1709.01686, section IV. Where there is no image it is a linear layer.
 *
 * @param filters of the convolution
 * @param kernel side of the convolution's window, odd
 * @param stride of the convolution
 * @param pool side of the max pooling after it; 1 for none
 */
@Method(
        key = "conv",
        summary = "convolution, max pooling, linear layer",
        paper = "Teerapittayanon, McDanel, Kung: BranchyNet, 2016, arXiv:1709.01686")
public record ConvHead(
        @Key("filters of the convolution") int filters,
        @Key("side of the window, odd") int kernel,
        @Key("step of the window") int stride,
        @Key("side of the pooling after it, 1 for none") int pool)
        implements Head {
    public ConvHead() {
        this(16, 3, 1, 2);
    }

    public ConvHead {
        if (filters < 1 || kernel < 1 || kernel % 2 == 0 || stride < 1 || pool < 1) {
            throw BadInputException.of(
                    "filters, stride and pool must be 1 or more and kernel odd, got %d, %d, %d and %d",
                    filters, stride, pool, kernel);
        }
    }

    @Override
    public String attach(HeadBuilder layers, String value, Shape shape, int classes, SplittableRandom random) {
        if (shape.rank() != 3) {
            return new PoolHead().attach(layers, value, shape, classes, random);
        }
        String x = layers.conv(value, shape.dim(0), this, random);
        long height = size(shape.dim(1));
        long width = size(shape.dim(2));
        if (height < 1 || width < 1) {
            throw BadInputException.of(
                    "pool of %d is larger than the image %s at '%s' after the convolution: lower it",
                    pool, shape, value);
        }
        if (pool > 1) {
            x = layers.maxPool(x, pool);
        }
        return layers.linear(layers.flatten(x), filters * height * width, classes, random);
    }

    private long size(long side) {
        return ((side - 1) / stride + 1) / pool;
    }
}
