package espalier.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Shape;
import espalier.op.Cost;
import espalier.op.InputShapes;
import espalier.op.NodeCost;
import espalier.op.Trace;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MobileNetworksTest {
    private static Cost cost(String key, int channels, int side, int classes) {
        Model m = Zoo.create(key, channels, side, side, classes, 1);
        return Cost.of(m, Trace.of(m, InputShapes.of(m, 1, Map.of())));
    }

    /** Within 1 %, or the same in the digits that were published, rounded or cut off. */
    private static void assertPublished(String what, double counted, String published, double unit) {
        double value = Double.parseDouble(published) * unit;
        int digits = published.contains(".") ? published.length() - published.indexOf('.') - 1 : 0;
        double shown = Math.pow(10, digits);
        boolean same =
                String.format(Locale.ROOT, "%." + digits + "f", counted / unit).equals(published)
                        || Math.abs(Math.floor(counted / unit * shown) / shown - value / unit) < 1e-9;
        assertThat(same || Math.abs(counted / value - 1) <= 0.01)
                .as("%s: %.0f, published %s", what, counted, published)
                .isTrue();
    }

    /**
     * Millions of parameters and of multiply-adds. SqueezeNet: table 1 of the paper, and the authors' 1.72 GFLOPS less the rim that
     * their file pads conv10's input with, 512 x 1000 x (15^2 - 13^2). MobileNet V1: tables 6 and 7. MobileNet V2: table 4 for
     * multiply-adds, parameters and the other widths from the authors' list of trained networks. ShuffleNet V1: the authors' list
     * for 0.5x, 1x and 8 groups. Xception: table 3, and 8.4 billion in timm's.
     */
    @ParameterizedTest
    @CsvSource({
        "squeezenet,                 227, 1.248424,  831.3",
        "mobilenetv1,                224, 4.2,       569",
        "mobilenetv1@0.75,           224, 2.6,       325",
        "mobilenetv1@0.5,            224, 1.3,       149",
        "mobilenetv1@0.25,           224, 0.5,       41",
        "mobilenetv1@1x0.857142857,  224, 4.2,       418",
        "mobilenetv1@1x0.7142857,    224, 4.2,       290",
        "mobilenetv1,                128, 4.2,       186",
        "mobilenetv2,                224, 3.504872,  300",
        "mobilenetv2@1.4,            224, 6.06,      582",
        "mobilenetv2@0.75,           224, 2.636,     209",
        "mobilenetv2@0.5,            224, 1.95,      97",
        "shufflenetv1,               224, 1.9,       137",
        "shufflenetv1@0.5,           224, 0.7,       38",
        "shufflenetv1-g8,            224, 2.4,       138",
        "xception,                   299, 22.855952, 8400",
    })
    void costs_what_was_published(String key, int side, String parameters, String macs) {
        Cost c = cost(key, 3, side, 1000);
        assertPublished(key + " parameters", c.parameters(), parameters, 1e6);
        assertPublished(key + " MACs", c.macs(), macs, 1e6);
    }

    /** Tables 1 and 8 of the paper; it counts an element of a batch norm as one multiply-add, too. */
    @ParameterizedTest
    @CsvSource({
        "shufflenetv2@0.5, 1.4, 41",
        "shufflenetv2,     2.3, 146",
        "shufflenetv2@1.5, 3.5, 299",
        "shufflenetv2@2,   7.4, 591",
    })
    void shufflenet_v2_costs_what_was_published(String key, String parameters, String macs) {
        Cost c = cost(key, 3, 224, 1000);
        long norms = c.nodes().stream()
                .filter(n -> n.node().is("BatchNormalization"))
                .mapToLong(n -> n.outputBytes() / Float.BYTES)
                .sum();
        assertPublished(key + " parameters", c.parameters(), parameters, 1e6);
        assertPublished(key + " MACs", c.macs() + norms, macs, 1e6);
    }

    @ParameterizedTest
    @CsvSource({
        "squeezenet@0.33",
        "mobilenetv1@0.32",
        "mobilenetv2@0.45",
        "shufflenetv1@0.7",
        "shufflenetv2@0.6",
        "xception@0.14",
    })
    void a_narrow_network_for_small_images_has_80_to_100_thousand_parameters(String key) {
        assertThat(cost(key, 1, 28, 10).parameters()).isBetween(80_000L, 100_000L);
    }

    @Test
    void widths_of_mobilenet_v2_are_multiples_of_eight_and_lose_no_more_than_a_tenth() {
        // 24 * 0.45 = 10.8: 8 would be 26 % less
        assertThat(WidthFactor.multiple(24, 0.45, 8)).isEqualTo(16);
        // 32 * 0.35 = 11.2: 8 would be 29 % less
        assertThat(WidthFactor.multiple(32, 0.35, 8)).isEqualTo(16);
        // 24 * 0.35 = 8.4: 8 is 5 % less
        assertThat(WidthFactor.multiple(24, 0.35, 8)).isEqualTo(8);
        assertThat(WidthFactor.multiple(16, 0.1, 8)).isEqualTo(8);
    }

    @Test
    void a_resolution_factor_shrinks_the_image_inside_the_network() {
        Model m = Zoo.create("mobilenetv1@0.25x0.75", 3, 224, 224, 10, 1);
        Graph g = m.graph();
        Node resize = g.nodes().get(0);
        assertThat(g.inputs()).hasToString("[float[N,3,224,224] input]");
        assertThat(resize.opType()).isEqualTo("Resize");
        Trace trace = Trace.of(m, InputShapes.of(m, 1, Map.of()));
        assertThat(trace.shape("resize")).isEqualTo(Shape.of(1, 3, 168, 168));
    }

    @Test
    void a_shuffle_takes_channels_of_the_groups_in_turns() {
        Graph g = Zoo.create("shufflenetv1", 3, 32, 32, 10, 1).graph();
        // 60 channels in 3 groups become 20 in turns
        assertThat(g.initializers().get("stage2.1.shuffle.apart.shape").toLongs())
                .containsExactly(0, 3, 20, 16, 16);
        assertThat(g.initializers().get("stage2.1.shuffle.shape").toLongs()).containsExactly(0, 60, 16, 16);
    }

    @Test
    void only_nodes_that_multiply_cost_something() {
        assertThat(cost("shufflenetv2", 3, 32, 10).nodes().stream()
                        .filter(n -> n.macs() > 0)
                        .map(NodeCost::node)
                        .map(Node::opType))
                .containsOnly("Conv", "Gemm");
    }
}
