package espalier.zoo;

import espalier.zoo.NetworkBuilder.Value;

/**
 * Iandola, Han, Moskewicz, Ashraf, Dally, Keutzer: SqueezeNet: AlexNet-level accuracy with 50x fewer parameters and <0.5MB model size,
 * 2016, arXiv:1602.07360, table 1 (version 1.0). The ReLU behind conv10 is left out, so that scores may be negative.
 *
 * <p>For small images the first convolution is 3x3 with stride 1, the last pooling is left out, and batch norm follows every
 * convolution but conv10, which the original has not.
 *
 * @param width factor on the number of filters
 */
record SqueezeNet(double width) implements Network {
    private static final int[] SQUEEZE = {16, 16, 32, 32, 48, 48, 64, 64};

    @Override
    public Value build(NetworkBuilder net, Value image, int classes) {
        boolean small = image.isSmall();
        Window first = small ? Window.same(3) : Window.valid(7).stride(2);
        Value x = layer(net, "conv1", image, 96, first, small);
        x = net.maxPool("pool1", x, pool(small));
        for (int i = 0; i < SQUEEZE.length; i++) {
            int number = i + 2;
            x = fire(net, "fire" + number + ".", x, SQUEEZE[i], small);
            if (number == 4 || number == 8 && !small) {
                x = net.maxPool("pool" + number, x, pool(small));
            }
        }
        x = net.globalAveragePool("pool10", net.scores("conv10", x, classes));
        return net.flatten("logits", x);
    }

    private static Window pool(boolean small) {
        return small ? Window.tiles(2) : Window.valid(3).stride(2);
    }

    /** Four times the squeezed channels come out of each expansion. */
    private Value fire(NetworkBuilder net, String name, Value x, int squeeze, boolean norm) {
        Value s = layer(net, name + "squeeze", x, squeeze, Window.valid(1), norm);
        Value one = layer(net, name + "expand1x1", s, 4 * squeeze, Window.valid(1), norm);
        Value three = layer(net, name + "expand3x3", s, 4 * squeeze, Window.same(3), norm);
        return net.concat(name + "concat", one, three);
    }

    private Value layer(NetworkBuilder net, String name, Value x, int filters, Window window, boolean norm) {
        int scaled = WidthFactor.times(filters, width);
        Value y = norm ? net.convNorm(name, x, scaled, window, 1) : net.conv(name, x, scaled, window);
        return net.relu(name + ".relu", y);
    }
}
