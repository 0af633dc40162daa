package espalier.zoo;

import espalier.zoo.NetworkBuilder.Value;
import java.util.List;

/**
 * Sandler, Howard, Zhu, Zhmoginov, Chen: MobileNetV2: Inverted Residuals and Linear Bottlenecks, 2018, arXiv:1801.04381, table 2.
 * Widths are multiples of 8; the last convolution never gets narrower than 1280 (section 4).
 *
 * <p>For small images the first convolution and the stage of 32 channels have stride 1, the stages of 32, 64 and 96 channels have a
 * block less, those of 160 and 320 are left out, and the last convolution has 320 filters, times the width.
 *
 * @param width the width multiplier
 */
record MobileNetV2(double width) implements Network {
    /**
     * A line of the table.
     *
     * @param expansion t
     * @param channels c
     * @param blocks n
     * @param stride s, of the first block
     */
    private record Stage(int expansion, int channels, int blocks, int stride) {}

    private static final List<Stage> STAGES = List.of(
            new Stage(1, 16, 1, 1),
            new Stage(6, 24, 2, 2),
            new Stage(6, 32, 3, 2),
            new Stage(6, 64, 4, 2),
            new Stage(6, 96, 3, 1),
            new Stage(6, 160, 3, 2),
            new Stage(6, 320, 1, 1));

    private static final List<Stage> SMALL = List.of(
            new Stage(1, 16, 1, 1),
            new Stage(6, 24, 2, 2),
            new Stage(6, 32, 2, 1),
            new Stage(6, 64, 3, 2),
            new Stage(6, 96, 2, 1));

    @Override
    public Value build(NetworkBuilder net, Value image, int classes) {
        boolean small = image.isSmall();
        Value x = net.convNorm("conv", image, scaled(32), Window.same(3).stride(small ? 1 : 2), 1);
        x = net.relu6("relu", x);
        int number = 0;
        for (Stage stage : small ? SMALL : STAGES) {
            for (int i = 0; i < stage.blocks(); i++) {
                number++;
                x = block(net, "block" + number + ".", x, stage, i == 0 ? stage.stride() : 1);
            }
        }
        int last = small ? scaled(320) : WidthFactor.multiple(1280, Math.max(1, width), 8);
        x = net.relu6("last.relu", net.pointwiseNorm("last", x, last));
        x = net.flatten("flatten", net.globalAveragePool("pool", x));
        return net.logits("fc", x, classes);
    }

    private Value block(NetworkBuilder net, String name, Value x, Stage stage, int stride) {
        Value y = x;
        if (stage.expansion() > 1) {
            y = net.pointwiseNorm(name + "expand", y, (int) x.channels() * stage.expansion());
            y = net.relu6(name + "relu1", y);
        }
        y = net.relu6(
                name + "relu2",
                net.depthwiseNorm(name + "depthwise", y, Window.same(3).stride(stride)));
        y = net.pointwiseNorm(name + "project", y, scaled(stage.channels()));
        return x.shape().equals(y.shape()) ? net.add(name + "add", x, y) : y;
    }

    private int scaled(int filters) {
        return WidthFactor.multiple(filters, width, 8);
    }
}
