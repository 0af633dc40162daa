package espalier.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import espalier.graph.BadInputException;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.op.InputShapes;
import espalier.op.Trace;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ZooTest {
    private static long trainable(Model model, IntPredicate rank) {
        return model.graph().initializers().entrySet().stream()
                .filter(e -> !e.getKey().contains("running"))
                .map(Map.Entry::getValue)
                .filter(w -> rank.test(w.shape().rank()))
                .mapToLong(Tensor::elements)
                .sum();
    }

    @ParameterizedTest
    @MethodSource("espalier.zoo.Zoo#names")
    void every_network_is_a_valid_graph_from_input_to_logits(String key) {
        Model model = Zoo.create(key, 3, 32, 32, 10, 1);
        Graph g = model.graph();
        Set<String> known = new HashSet<>(g.initializers().keySet());
        known.add("input");
        Set<String> nodeNames = new HashSet<>();
        for (Node n : g.nodes()) {
            assertThat(known).as(n.label()).containsAll(n.inputs());
            assertThat(n.outputs()).allMatch(known::add);
            assertThat(nodeNames.add(n.name())).as(n.name()).isTrue();
        }
        assertThat(g.inputs()).hasToString("[float[N,3,32,32] input]");
        assertThat(g.outputs()).hasToString("[float[N,10] logits]");
        assertThat(known).contains("logits");
        assertThat(g.initializers().keySet()).allMatch(w -> !g.edges().uses(w).isEmpty());
        assertThat(model.opset()).isEqualTo(17);
        assertThat(model.irVersion()).isEqualTo(8);
    }

    /** The LeNets as in Han et al., 2015; VGG-11's 9,217,728 in convolutions and ResNet-20's 272,474 in all are well known. */
    @ParameterizedTest
    @CsvSource({
        "lenet300-100, 1, 28, 266200, 410",
        "lenet5, 1, 28, 430500, 580",
        // 784*500 + 500*300 + 300*10
        "mlp-500-300, 1, 28, 545000, 810",
        // 9 * (3*64 + 64*128 + 128*256 + 256*256 + 256*512 + 3*512*512) + 512*10; two for each of 2752 filters, and 10
        "vgg11, 3, 32, 9222848, 5514",
        // 9 * (3*16 + 6*16*16 + 16*32 + 5*32*32 + 32*64 + 5*64*64) + 16*32 + 32*64 + 64*10; two for each of 784
        // filters, and 10
        "resnet20, 3, 32, 270896, 1578",
        "resnet56, 3, 32, 851504, 4266",
    })
    void has_as_many_parameters_as_the_paper_says(String key, int channels, int side, long weights, long others) {
        Model m = Zoo.create(key, channels, side, side, 10, 1);
        assertThat(trainable(m, rank -> rank > 1)).isEqualTo(weights);
        assertThat(trainable(m, rank -> rank == 1)).isEqualTo(others);
    }

    @Test
    void a_width_factor_scales_every_layer_but_the_logits() {
        Map<String, Tensor> w = Zoo.create("vgg11@0.5", 1, 28, 28, 7, 1).graph().initializers();
        assertThat(w.get("block1.conv1.weight").shape()).isEqualTo(Shape.of(32, 1, 3, 3));
        assertThat(w.get("block5.conv2.weight").shape()).isEqualTo(Shape.of(256, 256, 3, 3));
        assertThat(w.get("fc.weight").shape()).isEqualTo(Shape.of(7, 256));
    }

    @Test
    void vgg_leaves_out_poolings_for_which_no_pixels_are_left() {
        Graph g = Zoo.create("vgg16@0.1", 1, 28, 28, 10, 1).graph();
        // 28, 14, 7, 3, 1: the fifth has nothing to pool
        assertThat(g.nodes().stream().filter(n -> n.is("MaxPool"))).hasSize(4);
    }

    @Test
    void a_residual_block_projects_its_shortcut_where_the_shape_changes() {
        Graph g = Zoo.create("resnet8", 3, 32, 32, 10, 1).graph();
        assertThat(g.initializers().keySet().stream().filter(w -> w.endsWith("shortcut.conv.weight")))
                .containsExactly("layer2.0.shortcut.conv.weight", "layer3.0.shortcut.conv.weight");
        assertThat(g.edges().producer("layer1.0.add").orElseThrow().inputs()).containsExactly("layer1.0.bn2", "relu1");
    }

    @Test
    void an_mlp_drops_a_fifth_of_its_input_and_half_of_every_hidden_layer() {
        Graph g = Zoo.create("mlp-drop-50-30", 1, 28, 28, 10, 1).graph();
        assertThat(g.nodes().stream().map(Node::opType))
                .containsExactly("Flatten", "Dropout", "Gemm", "Relu", "Dropout", "Gemm", "Relu", "Dropout", "Gemm");
        assertThat(g.nodes().stream()
                        .filter(n -> n.is("Dropout"))
                        .map(n -> g.initializers().get(n.input(1)).toFloats()[0]))
                .containsExactly(0.2f, 0.5f, 0.5f);
    }

    @Test
    void the_seed_decides_the_weights() {
        Graph one = Zoo.create("lenet5", 1, 28, 28, 10, 1).graph();
        assertThat(Zoo.create("lenet5", 1, 28, 28, 10, 1).graph()).isEqualTo(one);
        assertThat(Zoo.create("lenet5", 1, 28, 28, 10, 2).graph().initializers().get("conv1.weight"))
                .isNotEqualTo(one.initializers().get("conv1.weight"));
    }

    @Test
    void weights_are_normal_with_variance_two_by_fan_in() {
        float[] w = Zoo.create("mlp-800", 1, 28, 28, 10, 1)
                .graph()
                .initializers()
                .get("fc1.weight")
                .toFloats();
        double mean = 0;
        double square = 0;
        for (float v : w) {
            mean += v / (double) w.length;
            square += (double) v * v / w.length;
        }
        assertThat(mean).isCloseTo(0, within(3e-4));
        assertThat(square).isCloseTo(2.0 / 784, within(2e-5));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "resnet21    | unknown network 'resnet21', did you mean 'resnet20'?",
                "vgg12@0.5   | unknown network 'vgg12@0.5', did you mean 'vgg11'?",
                "lenet5@2    | network 'lenet5@2': lenet5 has no width factor: leave '@2' out",
                "vgg11@half  | network 'vgg11@half': width factor 'half': give a number above 0, at most 16, as in vgg11@0.5",
                "vgg11@NaN   | network 'vgg11@NaN': width factor 'NaN': give a number above 0, at most 16, as in vgg11@0.5",
                "vgg11@1x2   | network 'vgg11@1x2': resolution factor '2': give a number above 0, at most 1, as in mobilenetv1@0.5x0.75",
                "mlp-0       | network 'mlp-0': write the widths of the hidden layers, 1 to 1048576, as in mlp-500-300",
                "mlp-1-1000000-1000000 | mlp-1-1000000-1000000: 'fc3.weight' would hold [1000000,1000000] weights, more than 1 GiB: choose a narrower network",
                "lenet5      | lenet5: layer 'conv2' looks at 5x5 pixels, but only 4x4 are left: give larger images",
            })
    void refuses_in_one_line(String key, String message) {
        assertThatThrownBy(() -> Zoo.create(key, 1, 12, 12, 10, 1))
                .isInstanceOf(BadInputException.class)
                .hasMessage(message);
    }

    static Stream<Arguments> scaledNetworks() {
        return Zoo.describe().stream()
                .filter(Listing::scales)
                .flatMap(l -> DoubleStream.of(0.1, 0.25, 0.5, 0.75)
                        .mapToObj(w -> l.key() + "@" + w)
                        .flatMap(key -> Stream.of(Arguments.of(key, 28), Arguments.of(key, 96))));
    }

    @ParameterizedTest
    @MethodSource("scaledNetworks")
    void narrow_networks_fit_together_or_are_refused_in_one_line(String key, int side) {
        try {
            Model m = Zoo.create(key, 3, side, side, 10, 1);
            assertThat(Trace.of(m, InputShapes.of(m, 2, Map.of())).shape("logits"))
                    .isEqualTo(Shape.of(2, 10));
        } catch (BadInputException e) {
            assertThat(e).hasMessageStartingWith(key + ": ").hasMessageContaining(": choose a wider network");
        }
    }

    @Test
    void a_shufflenet_has_more_filters_in_its_second_stage_than_before_it() {
        assertThatThrownBy(() -> Zoo.create("shufflenetv1@0.1", 1, 28, 28, 10, 1))
                .isInstanceOf(BadInputException.class)
                .hasMessage(
                        "shufflenetv1@0.1: the first convolution has 24 filters, the second stage 24: choose a wider network");
    }

    @Test
    void refuses_a_network_without_classes() {
        assertThatThrownBy(() -> Zoo.create("lenet5", 1, 28, 28, 0, 1))
                .hasMessage("lenet5: 1 channels, 28x28 pixels, 0 classes: give 1 or more of each");
    }
}
