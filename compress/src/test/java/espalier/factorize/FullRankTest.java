package espalier.factorize;

import static org.assertj.core.api.Assertions.assertThat;

import espalier.graph.Model;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.torch.Threads;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** At full rank a chain computes what the layer did. */
class FullRankTest {
    private static final List<Decomposition> METHODS =
            List.of(new Svd(), new Spatial(), new Tucker2(), new Cp(), new Separable());

    private static final List<String> WINDOWS = List.of(
            "",
            "strides = [2, 1]",
            "strides = [2, 3], pads = [1, 2, 0, 1]",
            "pads = [1, 1, 1, 1], dilations = [2, 1]",
            "auto_pad = \"SAME_UPPER\", strides = [2, 2]",
            "auto_pad = \"SAME_LOWER\"",
            "auto_pad = \"VALID\", dilations = [1, 2]");

    @BeforeAll
    static void one_thread() {
        Threads.set(1);
    }

    static List<Arguments> convolutions() {
        List<Arguments> all = new ArrayList<>();
        for (Decomposition method : METHODS) {
            for (String window : WINDOWS) {
                for (int groups : new int[] {1, 2}) {
                    all.add(Arguments.of(method, window, groups, "3,2"));
                }
            }
            all.add(Arguments.of(method, "strides = [2, 1], pads = [1, 0, 1, 0]", 1, "1,1"));
            all.add(Arguments.of(method, "pads = [0, 2, 0, 2]", 2, "1,5"));
        }
        return all;
    }

    @ParameterizedTest
    @MethodSource("convolutions")
    void of_a_convolution(Decomposition wanted, String window, int groups, String kernel) {
        String attributes = window.isEmpty() ? "group = " + groups : window + ", group = " + groups;
        long height = Long.parseLong(kernel.split(",")[0]);
        long width = Long.parseLong(kernel.split(",")[1]);
        Map<String, Shape> weights = new LinkedHashMap<>();
        weights.put("w", Shape.of(8, 6 / groups, height, width));
        weights.put("b", Shape.of(8));
        Model m = Networks.of("float[N,6,9,8] x", "y = Conv<" + attributes + ">(x, w, b)", weights);
        Target target = Target.of(m.graph()).get(0);
        if (target.method(wanted).isEmpty()) {
            assertThat(wanted).isInstanceOf(Separable.class);
            return;
        }
        assertThat(fullRank(m, target, wanted)).isLessThan(1e-4);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "y = Gemm(x, w, b)                         | 6,8 | 5,6",
                "y = Gemm<transB = 1>(x, w, b)             | 8,6 | 5,6",
                "y = Gemm<alpha = 0.5, beta = 2.0>(x, w, b) | 6,8 | 5,6",
                "y = Gemm<transA = 1>(x, w, b)             | 6,8 | 6,5",
                "y = MatMul(x, w)                          | 6,8 | 5,6",
                "h = MatMul(x, w) y = Add(h, b)            | 6,8 | 2,5,6",
            })
    void of_a_linear_layer(String nodes, String weight, String input) {
        Map<String, Shape> weights = new LinkedHashMap<>();
        weights.put("w", shape(weight));
        if (nodes.contains("b)")) {
            weights.put("b", Shape.of(8));
        }
        Model m = Networks.of("float[" + input + "] x", nodes, weights);
        assertThat(fullRank(m, Target.of(m.graph()).get(0), new Tucker2())).isLessThan(1e-4);
    }

    /** Operator sets before 11 want a bias in every Gemm. */
    @Test
    void of_a_linear_layer_in_an_old_file() {
        Model m = Networks.of(
                "float[5,6] x",
                "y = Gemm(x, w, b)",
                new LinkedHashMap<>(Map.of("w", Shape.of(6, 8), "b", Shape.of(8))));
        Model old = new Model(m.irVersion(), Map.of("", 9L), m.producer(), m.graph(), m.metadata(), m.extra());
        Target target = Target.of(old.graph()).get(0);
        Split split = Split.of(target, new Svd(), new Svd().full(target.shape()), Inputs.UNKNOWN);
        Model chained = Chains.apply(old, List.of(split), Between.NOTHING);
        assertThat(chained.graph().nodes()).hasSize(2).allMatch(n -> n.hasInput(2));
        assertThat(fullRank(old, target, new Svd())).isLessThan(1e-4);
    }

    private static double fullRank(Model m, Target target, Decomposition wanted) {
        Decomposition method = target.method(wanted).orElseThrow();
        Split split = Split.of(target, method, method.full(target.shape()), Inputs.UNKNOWN);
        assertThat(split.error()).isLessThan(1e-6);
        Model chained = Chains.apply(m, List.of(split), Between.NOTHING);
        assertThat(chained.graph().nodes()).hasSizeGreaterThan(m.graph().nodes().size());
        assertThat(chained.graph().initializers()).doesNotContainKey("w");
        Shape in = m.graph().inputs().get(0).dims().orElseThrow().stream()
                .map(d -> d.isFixed() ? d.size() : 2L)
                .collect(java.util.stream.Collectors.collectingAndThen(
                        java.util.stream.Collectors.toList(), l -> Shape.of(l)));
        Tensor x = Networks.random(in, new Random(3));
        return Networks.apart(Networks.run(m, x), Networks.run(chained, x));
    }

    private static Shape shape(String dims) {
        return Shape.of(java.util.Arrays.stream(dims.split(","))
                .mapToLong(Long::parseLong)
                .toArray());
    }
}
