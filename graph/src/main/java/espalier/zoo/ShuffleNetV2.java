package espalier.zoo;

import espalier.zoo.NetworkBuilder.Value;
import java.util.List;
import java.util.Map;

/**
 * Ma, Zhang, Zheng, Sun: ShuffleNet V2: Practical Guidelines for Efficient CNN Architecture Design, 2018, arXiv:1807.11164, table 5 and
 * figure 3. Widths other than the table's four are those of 1x times the factor, made even.
 *
 * <p>For small images the first convolution has stride 1, its pooling, every second unit and stage 4 are left out, and conv5
 * has a quarter of the filters.
 *
 * @param width factor on the number of filters
 */
record ShuffleNetV2(double width) implements Network {
    private static final Map<Double, List<Integer>> FILTERS = Map.of(
            0.5, List.of(48, 96, 192, 1024),
            1.0, List.of(116, 232, 464, 1024),
            1.5, List.of(176, 352, 704, 1024),
            2.0, List.of(244, 488, 976, 2048));
    private static final int[] UNITS = {4, 8, 4};

    @Override
    public Value build(NetworkBuilder net, Value image, int classes) {
        boolean small = image.isSmall();
        Value x = net.convNorm("conv1", image, 24, Window.same(3).stride(small ? 1 : 2), 1);
        x = net.relu("relu1", x);
        x = small ? x : net.maxPool("pool1", x, Window.same(3).stride(2));
        for (int stage = 0; stage < (small ? 2 : UNITS.length); stage++) {
            int filters = filters(stage);
            for (int unit = 0; unit < UNITS[stage] / (small ? 2 : 1); unit++) {
                String name = "stage" + (stage + 2) + "." + unit + ".";
                x = unit == 0 ? shrinking(net, name, x, filters) : basic(net, name, x);
            }
        }
        int last = small ? filters(3) / 4 : filters(3);
        x = net.relu("relu5", net.pointwiseNorm("conv5", x, last));
        x = net.flatten("flatten", net.globalAveragePool("pool", x));
        return net.logits("fc", x, classes);
    }

    private int filters(int stage) {
        List<Integer> table = FILTERS.get(width);
        if (table != null) {
            return table.get(stage);
        }
        int one = FILTERS.getOrDefault(1.0, List.of()).get(stage);
        return stage == 3 ? one : 2 * WidthFactor.times(one / 2, width);
    }

    /** Figure 3 (c): one half of the channels passes by. */
    private static Value basic(NetworkBuilder net, String name, Value x) {
        List<Value> halves = net.halves(name + "split", x);
        Value branch = branch(net, name, halves.get(1), (int) halves.get(1).channels(), 1);
        return net.shuffle(name + "shuffle", net.concat(name + "concat", halves.get(0), branch), 2);
    }

    /** Figure 3 (d): both branches see all channels. */
    private static Value shrinking(NetworkBuilder net, String name, Value x, int filters) {
        Value left =
                net.depthwiseNorm(name + "left.depthwise", x, Window.same(3).stride(2));
        left = net.relu(name + "left.relu", net.pointwiseNorm(name + "left.pointwise", left, filters / 2));
        Value right = branch(net, name, x, filters / 2, 2);
        return net.shuffle(name + "shuffle", net.concat(name + "concat", left, right), 2);
    }

    private static Value branch(NetworkBuilder net, String name, Value x, int filters, int stride) {
        Value y = net.relu(name + "relu1", net.pointwiseNorm(name + "pointwise1", x, filters));
        y = net.depthwiseNorm(name + "depthwise", y, Window.same(3).stride(stride));
        return net.relu(name + "relu2", net.pointwiseNorm(name + "pointwise2", y, filters));
    }
}
