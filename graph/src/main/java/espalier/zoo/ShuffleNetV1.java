package espalier.zoo;

import espalier.zoo.NetworkBuilder.Value;
import java.util.Map;

/**
 * Zhang, Zhou, Lin, Sun: ShuffleNet: An Extremely Efficient Convolutional Neural Network for Mobile Devices, 2017, arXiv:1707.01083,
 * table 1 and figure 2. Widths are multiples of four times the groups, that of the first convolution of the groups; above 1 and below
 * 2 only those behind the first convolution are scaled, as in the authors' code.
 *
 * <p>For small images the first convolution has 24 filters and stride 1, its pooling, every second unit and the last stage are
 * left out.
 *
 * @param groups g, of the pointwise convolutions: 1, 2, 3, 4 or 8
 * @param width the scale factor s
 */
record ShuffleNetV1(int groups, double width) implements Network {
    private static final Map<Integer, Integer> SECOND_STAGE = Map.of(1, 144, 2, 200, 3, 240, 4, 272, 8, 384);
    private static final int[] UNITS = {4, 8, 4};

    @Override
    public Value build(NetworkBuilder net, Value image, int classes) {
        boolean small = image.isSmall();
        int first = WidthFactor.multiple(24, small || (width > 1 && width < 2) ? 1 : width, groups);
        int filters = WidthFactor.multiple(SECOND_STAGE.getOrDefault(groups, 0), width, 4 * groups);
        if (filters < first + groups) {
            throw net.error(
                    "the first convolution has %d filters, the second stage %d: choose a wider network",
                    first, filters);
        }
        Value x = net.convNorm("conv1", image, first, Window.same(3).stride(small ? 1 : 2), 1);
        x = net.relu("relu1", x);
        x = small ? x : net.maxPool("pool1", x, Window.same(3).stride(2));
        for (int stage = 0; stage < (small ? 2 : UNITS.length); stage++) {
            for (int unit = 0; unit < UNITS[stage] / (small ? 2 : 1); unit++) {
                x = unit(
                        net,
                        "stage" + (stage + 2) + "." + unit + ".",
                        x,
                        filters << stage,
                        stage + unit > 0,
                        unit == 0);
            }
        }
        x = net.flatten("flatten", net.globalAveragePool("pool", x));
        return net.logits("fc", x, classes);
    }

    /** Figure 2 (b), or (c) where it shrinks the map; section 3.2: the very first pointwise convolution is not grouped. */
    private Value unit(NetworkBuilder net, String name, Value x, int filters, boolean grouped, boolean shrinks) {
        int bottleneck = filters / 4;
        int made = shrinks ? filters - (int) x.channels() : filters;
        Value y = net.convNorm(name + "compress", x, bottleneck, Window.valid(1), grouped ? groups : 1);
        y = net.shuffle(name + "shuffle", net.relu(name + "relu1", y), groups);
        y = net.depthwiseNorm(name + "depthwise", y, Window.same(3).stride(shrinks ? 2 : 1));
        y = net.convNorm(name + "expand", y, made, Window.valid(1), groups);
        Value joined = shrinks
                ? net.concat(
                        name + "concat",
                        net.averagePool(name + "pool", x, Window.same(3).stride(2)),
                        y)
                : net.add(name + "add", x, y);
        return net.relu(name + "relu2", joined);
    }
}
