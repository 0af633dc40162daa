package espalier.zoo;

import espalier.zoo.NetworkBuilder.Value;

/**
 * Chollet: Xception: Deep Learning with Depthwise Separable Convolutions, 2016, arXiv:1610.02357, figure 5. Nothing stands between a
 * depthwise convolution and its pointwise one (section 4.7).
 *
 * <p>For small images the first convolution has stride 1 and its map keeps its size, the block of 256 filters does not shrink it, the
 * middle flow has two blocks instead of eight, and the exit flow is left out.
 *
 * @param width factor on the number of filters
 */
record Xception(double width) implements Network {
    @Override
    public Value build(NetworkBuilder net, Value image, int classes) {
        boolean small = image.isSmall();
        Value x = entry(net, image, small);
        for (int i = 1; i <= (small ? 2 : 8); i++) {
            x = middle(net, "middle" + i + ".", x);
        }
        x = small ? net.relu("exit.relu", x) : exit(net, x);
        x = net.flatten("flatten", net.globalAveragePool("pool", x));
        return net.logits("fc", x, classes);
    }

    private Value entry(NetworkBuilder net, Value image, boolean small) {
        Window first = small ? Window.same(3) : Window.valid(3).stride(2);
        Value x = net.relu("relu1", net.convNorm("conv1", image, scaled(32), first, 1));
        Window second = small ? Window.same(3) : Window.valid(3);
        x = net.convNorm("conv2", x, scaled(64), second, 1);
        x = net.relu("relu2", x);
        x = shrinking(net, "entry1.", x, x, 128, 128, 2);
        x = shrinking(net, "entry2.", x, net.relu("entry2.relu1", x), 256, 256, small ? 1 : 2);
        return shrinking(net, "entry3.", x, net.relu("entry3.relu1", x), 728, 728, 2);
    }

    private Value exit(NetworkBuilder net, Value x) {
        Value y = shrinking(net, "exit1.", x, net.relu("exit1.relu1", x), 728, 1024, 2);
        y = net.relu("exit2.relu1", separable(net, "exit2.sep1", y, 1536));
        return net.relu("exit2.relu2", separable(net, "exit2.sep2", y, 2048));
    }

    /** Two separable convolutions and a pooling beside a 1x1 convolution. */
    private Value shrinking(NetworkBuilder net, String name, Value x, Value active, int filters, int made, int stride) {
        Value y = separable(net, name + "sep1", active, filters);
        y = separable(net, name + "sep2", net.relu(name + "relu2", y), made);
        y = stride == 1 ? y : net.maxPool(name + "pool", y, Window.same(3).stride(stride));
        Window one = Window.valid(1).stride(stride);
        return net.add(name + "add", y, net.convNorm(name + "shortcut", x, scaled(made), one, 1));
    }

    private Value middle(NetworkBuilder net, String name, Value x) {
        Value y = x;
        for (int i = 1; i <= 3; i++) {
            y = separable(net, name + "sep" + i, net.relu(name + "relu" + i, y), 728);
        }
        return net.add(name + "add", x, y);
    }

    private Value separable(NetworkBuilder net, String name, Value x, int filters) {
        return net.pointwiseNorm(name, net.depthwise(name + ".depthwise", x, Window.same(3)), scaled(filters));
    }

    private int scaled(int filters) {
        return WidthFactor.times(filters, width);
    }
}
