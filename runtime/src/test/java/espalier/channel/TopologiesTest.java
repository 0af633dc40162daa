package espalier.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.runtime.Difference;
import espalier.runtime.RandomInputs;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Networks with the junctions of well-known ones, each cut by half. Group counts are worked out by hand. */
class TopologiesTest {
    private final Net net = new Net();

    private static List<Integer> sizes(ChannelGroups groups) {
        return groups.groups().stream().map(ChannelGroup::size).toList();
    }

    private String classifier(String x) {
        return net.gemm(net.flatten(net.globalPool(x)), 5);
    }

    @Test
    void a_residual_sum_makes_one_group_of_all_that_is_added() {
        String x = net.op("Relu", net.batchNorm(net.conv(net.input(3, 8, 8), 8, 3)));
        for (int i = 0; i < 2; i++) {
            String y = net.op("Relu", net.batchNorm(net.conv(x, 12, 3)));
            x = net.op("Relu", net.op("Add", x, net.batchNorm(net.conv(y, 8, 3))));
        }
        ChannelGroups groups = Referee.requireCutInHalf(net.model(classifier(x)));
        assertThat(sizes(groups)).containsExactly(8, 12, 12);
        assertThat(groups.groups().get(0).origins()).hasSize(3);
        assertThat(groups.fixed())
                .singleElement()
                .satisfies(f -> assertThat(f.why()).contains("makes output"));
    }

    @Test
    void parts_of_a_concatenation_are_cut_independently() {
        String x = net.conv(net.input(3, 8, 8), 8, 3);
        for (int i = 0; i < 3; i++) {
            String y = net.conv(net.op("Relu", net.batchNorm(x)), 16, 1);
            x = net.concat(1, x, net.conv(net.op("Relu", net.batchNorm(y)), 4, 3));
        }
        ChannelGroups groups = Referee.requireCutInHalf(net.model(classifier(net.op("Relu", net.batchNorm(x)))));
        assertThat(sizes(groups)).containsExactly(8, 16, 4, 16, 4, 16, 4);
    }

    @Test
    void a_shuffle_ties_the_channels_that_change_places() {
        String x = net.conv(net.input(3, 8, 8), 16, 3);
        String y = net.shuffle(net.op("Relu", net.batchNorm(net.conv(x, 16, 1, 2))), 2);
        y = net.batchNorm(net.depthwise(y, 1));
        y = net.batchNorm(net.conv(y, 16, 1, 2));
        ChannelGroups groups = Referee.requireCutInHalf(net.model(classifier(net.op("Add", x, y))));
        assertThat(sizes(groups)).containsExactly(16, 8);
        assertThat(groups.groups().get(0).rows()).hasSize(1);
        assertThat(groups.groups().get(1).rows()).hasSize(1);
        assertThat(groups.groups().get(1).channels()).containsOnly(2);
    }

    @Test
    void a_split_and_shuffle_unit_keeps_its_halves() {
        String x = net.conv(net.input(3, 8, 8), 16, 3);
        List<String> halves = net.split(x, 1, 8, 8);
        String y = net.conv(net.depthwise(net.op("Relu", net.conv(halves.get(1), 8, 1)), 1), 8, 1);
        String z = net.shuffle(net.concat(1, halves.get(0), y), 2);
        ChannelGroups groups = Referee.requireCutInHalf(net.model(classifier(net.conv(z, 6, 1))));
        assertThat(sizes(groups)).containsExactly(16, 8, 6);
    }

    @Test
    void a_depthwise_convolution_passes_its_channels_through() {
        String x = net.op("Relu", net.conv(net.input(3, 8, 8), 8, 3));
        String wide =
                net.op("Clip", net.conv(x, 24, 1), net.constant(Tensor.scalar(0f)), net.constant(Tensor.scalar(6f)));
        String y = net.conv(net.op("Relu", net.batchNorm(net.depthwise(wide, 1))), 8, 1);
        ChannelGroups groups = Referee.requireCutInHalf(net.model(classifier(net.op("Add", x, y))));
        assertThat(sizes(groups)).containsExactly(8, 24);
    }

    @Test
    void a_depthwise_multiplier_takes_its_channels_along() {
        String x = net.conv(net.input(3, 6, 6), 6, 3);
        ChannelGroups groups = Referee.requireCutInHalf(net.model(classifier(net.depthwise(x, 3))));
        assertThat(sizes(groups)).containsExactly(6);
    }

    @Test
    void branches_of_different_kernels_are_cut_independently() {
        String x = net.conv(net.input(3, 8, 8), 8, 3);
        String a = net.conv(x, 6, 1);
        String b = net.conv(net.op("Relu", net.conv(x, 4, 1)), 8, 3);
        String c = net.conv(
                net.add(
                        "MaxPool",
                        net.shape(x),
                        Net.attributes("kernel_shape", new int[] {3, 3}, "pads", new int[] {1, 1, 1, 1}),
                        x),
                4,
                1);
        ChannelGroups groups = Referee.requireCutInHalf(net.model(classifier(net.concat(1, a, b, c))));
        assertThat(sizes(groups)).containsExactly(8, 6, 4, 8, 4);
    }

    @Test
    void neurons_of_a_perceptron_are_groups() {
        String x = net.op("Relu", net.gemm(net.input(10), 20));
        ChannelGroups groups = Referee.requireCutInHalf(net.model(net.gemm(net.op("Sigmoid", net.gemm(x, 8)), 3)));
        assertThat(sizes(groups)).containsExactly(20, 8);
    }

    @Test
    void flattened_positions_go_with_their_channel() {
        String x = net.op("Relu", net.conv(net.input(3, 5, 5), 8, 3));
        ChannelGroups groups =
                Referee.requireCutInHalf(net.model(net.gemm(net.op("Relu", net.gemm(net.flatten(x), 12)), 4)));
        assertThat(sizes(groups)).containsExactly(8, 12);
        Slot reader = groups.groups().get(0).slots(Role.CONSUMER).get(0);
        assertThat(reader.counts(groups.groups().get(0))).containsOnly(12 * 25);
    }

    @Test
    void attention_heads_are_units() {
        String x = net.input(6, 8);
        String joined = heads(x, 4, 3);
        ChannelGroups groups = Referee.requireCutInHalf(net.model(net.op("Add", x, net.linear(joined, 8))));
        assertThat(sizes(groups)).containsExactly(4);
        assertThat(groups.groups().get(0).channels()).containsOnly(9);
    }

    @Test
    void a_free_length_stays_free() {
        String x = net.sequence(6, 8);
        String q = net.transpose(splitByShape(net.linear(x, 12), 6), 0, 2, 1, 3);
        String k = net.transpose(splitByShape(net.linear(x, 12), 6), 0, 2, 3, 1);
        String v = net.transpose(splitByShape(net.linear(x, 12), 6), 0, 2, 1, 3);
        int[] scores = {Net.BATCH, 4, 6, 6};
        String a = net.op("Sigmoid", net.add("MatMul", scores, Net.attributes(), q, k));
        String y = net.transpose(net.add("MatMul", net.shape(v), Net.attributes(), a, v), 0, 2, 1, 3);
        String joined = net.add("Reshape", new int[] {Net.BATCH, 6, 12}, Net.attributes(), y, net.longs(0, 0, 12));
        String mean = net.add(
                "ReduceMean",
                new int[] {Net.BATCH, 8},
                Net.attributes("axes", new int[] {1}, "keepdims", 0),
                net.linear(joined, 8));
        Model model = net.model(mean);
        ChannelGroups groups = ChannelGroups.of(model, Map.of("", Shape.of(1, 6, 8)));
        assertThat(sizes(groups)).containsExactly(4);
        Choice choice = Referee.half(groups, 1);
        Model cut = Cut.apply(model, choice);
        for (Shape shape : List.of(Shape.of(1, 6, 8), Shape.of(2, 9, 8))) {
            Map<String, Tensor> in = RandomInputs.of(model, Map.of(x, shape), 3);
            assertThat(Difference.worst(
                            Difference.between(Referee.run(Masked.apply(model, choice), in), Referee.run(cut, in))))
                    .isLessThan(1e-4);
        }
    }

    /** [batch, length, 12] to [batch, length, 4, 3], with batch and length taken from the value itself, as exporters write it. */
    private String splitByShape(String x, int length) {
        String two = net.add(
                "Slice",
                new int[] {2},
                Net.attributes(),
                net.add("Shape", new int[] {3}, Net.attributes(), x),
                net.longs(0),
                net.longs(2));
        String target = net.add("Concat", new int[] {4}, Net.attributes("axis", 0), two, net.longs(4, 3));
        return net.add("Reshape", new int[] {Net.BATCH, length, 4, 3}, Net.attributes(), x, target);
    }

    private String heads(String x, int h, int d) {
        int[] s = net.shape(x);
        String[] qkv = new String[3];
        for (int i = 0; i < 3; i++) {
            qkv[i] = net.transpose(net.reshape(net.linear(x, h * d), s[0], s[1], h, d), 0, 2, 1, 3);
        }
        int[] scores = {s[0], h, s[1], s[1]};
        String a = net.add("MatMul", scores, Net.attributes(), qkv[0], net.transpose(qkv[1], 0, 1, 3, 2));
        a = net.add("Softmax", scores, Net.attributes("axis", -1), a);
        String y = net.add("MatMul", net.shape(qkv[0]), Net.attributes(), a, qkv[2]);
        return net.reshape(net.transpose(y, 0, 2, 1, 3), s[0], s[1], h * d);
    }

    @Test
    void channels_last_inside_transposes_is_followed() {
        String x = net.conv(net.input(3, 6, 6), 8, 3);
        String t = net.op("Relu", net.linear(net.transpose(x, 0, 2, 3, 1), 10));
        ChannelGroups groups =
                Referee.requireCutInHalf(net.model(classifier(net.conv(net.transpose(t, 0, 3, 1, 2), 6, 3))));
        assertThat(sizes(groups)).containsExactly(8, 10, 6);
    }

    @Test
    void what_an_unknown_operator_reads_stays() {
        String x = net.conv(net.input(3, 6, 6), 8, 3);
        Model model = net.model(net.op("Swoosh", x));
        ChannelGroups groups = ChannelGroups.of(model);
        assertThat(groups.groups()).isEmpty();
        assertThat(groups.fixed().get(0).why()).contains("Swoosh");
        assertThat(Cut.apply(model, Choice.none(groups))).isSameAs(model);
    }

    @Test
    void an_axis_of_one_is_no_group() {
        String x = net.conv(net.input(3, 6, 6), 1, 3);
        assertThat(ChannelGroups.of(net.model(classifier(x))).groups()).isEmpty();
    }

    @Test
    void weights_read_twice_lose_only_what_both_readers_lose() {
        String x = net.input(3, 6, 6);
        String w = net.weight(0.3, 8, 3, 1, 1);
        int[] shape = {Net.BATCH, 8, 6, 6};
        String a = net.add("Conv", shape, Net.attributes(), x, w);
        String b = net.add("Conv", shape, Net.attributes(), net.op("Relu", x), w);
        ChannelGroups groups = Referee.requireCutInHalf(net.model(classifier(net.concat(1, net.op("Relu", a), b))));
        assertThat(sizes(groups)).containsExactly(8);
    }

    @Test
    void a_weight_that_somebody_else_reads_stays_whole() {
        String x = net.input(3, 6, 6);
        String w = net.weight(0.3, 8, 3, 1, 1);
        String a = net.add("Conv", new int[] {Net.BATCH, 8, 6, 6}, Net.attributes(), x, w);
        String norm = net.add("ReduceSumSquare", new int[] {1, 1, 1, 1}, Net.attributes(), w);
        ChannelGroups groups = ChannelGroups.of(net.model(
                net.op("Add", classifier(a), net.add("Flatten", new int[] {1, 1}, Net.attributes(), norm))));
        assertThat(groups.groups()).isEmpty();
        assertThat(groups.fixed().get(0).why()).contains("another reader");
    }

    @Test
    void a_scale_computed_from_a_size_keeps_its_value() {
        String x = net.linear(net.input(5, 6), 8);
        String d = net.add(
                "Gather",
                new int[] {},
                Net.attributes(),
                net.add("Shape", new int[] {3}, Net.attributes(), x),
                net.constant(Tensor.scalar(2L)));
        String root = net.add(
                "Sqrt", new int[] {}, Net.attributes(), net.add("Cast", new int[] {}, Net.attributes("to", 1), d));
        Referee.requireCutInHalf(net.model(net.linear(net.op("Relu", net.op("Div", x, root)), 3)));
    }

    @Test
    void nothing_may_be_taken_of_a_value() {
        String x = net.conv(net.input(3, 6, 6), 8, 3);
        List<String> parts = net.split(x, 1, 8, 0);
        String y = net.concat(1, parts.get(0), parts.get(1), net.slice(x, 1, 3, 3));
        assertThat(sizes(Referee.requireCutInHalf(net.model(classifier(y))))).containsExactly(8);
    }

    @Test
    void a_constant_is_divided_by_channels_that_a_mask_leaves_above_zero() {
        String x = net.op("Sigmoid", net.conv(net.input(3, 6, 6), 8, 3));
        String y = net.add("Div", net.shape(x), Net.attributes(), net.positive(1, 8, 1, 1), x);
        assertThat(sizes(Referee.requireCutInHalf(net.model(classifier(net.conv(y, 4, 1))))))
                .containsExactly(8, 4);
    }

    @Test
    void what_is_divided_by_stays_where_a_mask_would_make_it_zero() {
        String x = net.conv(net.input(3, 6, 6), 8, 3);
        String c = net.add("Div", net.shape(x), Net.attributes(), net.positive(1, 8, 1, 1), x);
        String one = net.add("Div", net.shape(c), Net.attributes(), net.constant(Tensor.scalar(1f)), c);
        ChannelGroups groups = Referee.requireCutInHalf(net.model(classifier(net.conv(one, 4, 1))));
        assertThat(sizes(groups)).containsExactly(4);
        assertThat(groups.fixed().get(0).why()).contains("divides by values that are zero under a mask");
    }

    @Test
    void a_choice_may_not_empty_a_value() {
        String x = net.conv(net.input(3, 6, 6), 4, 3);
        List<String> halves = net.split(x, 1, 2, 2);
        ChannelGroups groups = ChannelGroups.of(net.model(classifier(
                net.conv(net.op("Mul", halves.get(0), net.conv(halves.get(1), 2, 1)), 3, 1))));
        ChannelGroup g = groups.groups().get(0);
        assertThatThrownBy(() -> Choice.none(groups).with(g, Referee.units(0, 1, 2, 3)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must stay");
        assertThat(Choice.weakest(g, new double[g.size()], g.size()).cardinality())
                .isLessThan(g.size());
    }

    @Test
    void rows_of_a_grouped_convolution_lose_equally_many() {
        String x = net.conv(net.input(3, 6, 6), 8, 3);
        ChannelGroups groups = ChannelGroups.of(net.model(classifier(net.conv(x, 8, 3, 2))));
        ChannelGroup g = groups.groups().get(0);
        assertThatThrownBy(() -> Choice.none(groups).with(g, Referee.units(0, 1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(Choice.none(groups).with(g, Referee.units(0, 7)).kept(g)).isEqualTo(6);
        double[] scores = {9, 8, 7, 6, 1, 2, 3, 4};
        assertThat(Choice.weakest(g, scores, 5)).isEqualTo(Referee.units(3, 2, 4, 5));
    }

    @Test
    void sums_over_a_slot_are_those_of_its_elements() {
        net.conv(net.input(2, 3, 3), 3, 1);
        Model model = net.model(classifier(net.op("Relu", "conv0")));
        ChannelGroups groups = ChannelGroups.of(model);
        ChannelGroup g = groups.groups().get(0);
        Slot filter = g.slots(Role.PRODUCER).get(0);
        float[] w = model.graph().initializers().get(filter.initializer()).toFloats();
        double[] l1 = filter.sums(g, w, Math::abs);
        assertThat(l1[1]).isEqualTo((double) Math.abs(w[2]) + Math.abs(w[3]));
        assertThat(filter.axis()).isZero();
        assertThat(filter.unitsAlongAxis()).containsExactly(0, 1, 2);
        double[] all = new double[groups.units()];
        filter.addSums(w, Math::abs, all);
        assertThat(Arrays.copyOf(all, 3)).containsExactly(l1);
    }

    @Test
    void old_attribute_forms_are_rewritten() {
        Net old = new Net(9, 5);
        String x = old.conv(old.input(3, 6, 6), 12, 3);
        List<String> parts = old.split(x, 1, 4, 8);
        String y = old.op("Add", parts.get(0), old.slice(parts.get(1), 1, 2, 6));
        Model model = old.model(old.gemm(old.flatten(old.conv(y, 6, 1)), 4));
        Referee.requireCutInHalf(model);
        ChannelGroups groups = ChannelGroups.of(model);
        Model cut = Cut.apply(model, Referee.half(groups, 1));
        Node split = cut.graph().nodes().stream()
                .filter(n -> n.is("Split"))
                .findFirst()
                .orElseThrow();
        assertThat(Arrays.stream(split.intsAttr("split").orElseThrow()).sum()).isLessThan(12);
    }
}
