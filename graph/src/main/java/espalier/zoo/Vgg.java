package espalier.zoo;

import espalier.zoo.NetworkBuilder.Value;
import java.util.List;

/**
 * Simonyan, Zisserman: Very Deep Convolutional Networks for Large-Scale Image Recognition, 2014, arXiv:1409.1556, table 1, with batch
 * norm after every convolution. As is usual for small images, the average over what is left of the image and one linear layer stand in
 * place of the three linear layers, and a pooling is left out where less than 2x2 pixels are left: images may have any size.
 *
 * @param convolutions how many there are in each of the five blocks
 * @param width factor on the number of filters
 */
record Vgg(List<Integer> convolutions, double width) implements Network {
    private static final List<Integer> FILTERS = List.of(64, 128, 256, 512, 512);

    static Vgg vgg11(double width) {
        return new Vgg(List.of(1, 1, 2, 2, 2), width);
    }

    static Vgg vgg16(double width) {
        return new Vgg(List.of(2, 2, 3, 3, 3), width);
    }

    @Override
    public Value build(NetworkBuilder net, Value image, int classes) {
        Value x = image;
        for (int block = 1; block <= FILTERS.size(); block++) {
            int filters = WidthFactor.times(FILTERS.get(block - 1), width);
            for (int i = 1; i <= convolutions.get(block - 1); i++) {
                x = net.convNormRelu("block" + block + ".", "" + i, x, filters, Window.same(3));
            }
            x = x.side() < 2 ? x : net.maxPool("block" + block + ".pool", x, Window.tiles(2));
        }
        x = net.flatten("flatten", net.globalAveragePool("pool", x));
        return net.logits("fc", x, classes);
    }
}
