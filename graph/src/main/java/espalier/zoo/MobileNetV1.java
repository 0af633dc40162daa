package espalier.zoo;

import espalier.zoo.NetworkBuilder.Value;

/**
 * Howard, Zhu, Chen, Kalenichenko, Wang, Weyand, Andreetto, Adam: MobileNets: Efficient Convolutional Neural Networks for Mobile Vision
 * Applications, 2017, arXiv:1704.04861, table 1. Its resolution multiplier is the size of the image.
 *
 * <p>For small images the first convolution has stride 1, the blocks of 64 and the first of 256 filters have stride 2, and three blocks
 * of 512 filters and all of 1024 are left out.
 *
 * @param width the width multiplier alpha
 */
record MobileNetV1(double width) implements Network {
    private static final int[] FILTERS = {64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024};
    private static final int BLOCKS_OF_SMALL = 8;

    @Override
    public Value build(NetworkBuilder net, Value image, int classes) {
        boolean small = image.isSmall();
        Value x = net.convNorm("conv", image, scaled(32), Window.same(3).stride(small ? 1 : 2), 1);
        x = net.relu("relu", x);
        for (int i = 0; i < (small ? BLOCKS_OF_SMALL : FILTERS.length); i++) {
            x = separable(net, "block" + (i + 1) + ".", x, scaled(FILTERS[i]), stride(i, small));
        }
        x = net.flatten("flatten", net.globalAveragePool("pool", x));
        return net.logits("fc", x, classes);
    }

    private static int stride(int block, boolean small) {
        boolean shrinks = small ? block % 3 == 0 && block < 6 : block > 0 && FILTERS[block] > FILTERS[block - 1];
        return shrinks ? 2 : 1;
    }

    private static Value separable(NetworkBuilder net, String name, Value x, int filters, int stride) {
        Value y = net.depthwiseNorm(name + "depthwise", x, Window.same(3).stride(stride));
        y = net.relu(name + "relu1", y);
        return net.relu(name + "relu2", net.pointwiseNorm(name + "pointwise", y, filters));
    }

    private int scaled(int filters) {
        return WidthFactor.times(filters, width);
    }
}
