package espalier.zoo;

import espalier.zoo.NetworkBuilder.Value;
import java.util.List;

/**
 * He, Zhang, Ren, Sun: Deep Residual Learning for Image Recognition, 2015, arXiv:1512.03385, section 4.2: the networks of 6n + 2 layers
 * for small images, 16, 32 and 64 filters. Where the shape changes, the shortcut is a 1x1 convolution with batch norm (option B of
 * section 4.1).
 *
 * @param blocks n, the residual blocks of each of the three stages
 * @param width factor on the number of filters
 */
record ResNet(int blocks, double width) implements Network {
    private static final List<Integer> FILTERS = List.of(16, 32, 64);

    static ResNet ofDepth(int layers, double width) {
        return new ResNet((layers - 2) / 6, width);
    }

    @Override
    public Value build(NetworkBuilder net, Value image, int classes) {
        Value x = net.convNormRelu("", "1", image, WidthFactor.times(FILTERS.get(0), width), Window.same(3));
        for (int stage = 1; stage <= FILTERS.size(); stage++) {
            int filters = WidthFactor.times(FILTERS.get(stage - 1), width);
            for (int block = 0; block < blocks; block++) {
                x = block(net, "layer" + stage + "." + block + ".", x, filters, stage > 1 && block == 0 ? 2 : 1);
            }
        }
        x = net.flatten("flatten", net.globalAveragePool("pool", x));
        return net.logits("fc", x, classes);
    }

    private static Value block(NetworkBuilder net, String name, Value x, int filters, int stride) {
        Value y = net.convNormRelu(name, "1", x, filters, Window.same(3).stride(stride));
        y = net.batchNorm(name + "bn2", net.convWithoutBias(name + "conv2", y, filters, Window.same(3)));
        Value shortcut = x.shape().equals(y.shape()) ? x : project(net, name, x, filters, stride);
        return net.relu(name + "relu2", net.add(name + "add", y, shortcut));
    }

    private static Value project(NetworkBuilder net, String name, Value x, int filters, int stride) {
        Window one = Window.valid(1).stride(stride);
        return net.batchNorm(name + "shortcut.bn", net.convWithoutBias(name + "shortcut.conv", x, filters, one));
    }
}
