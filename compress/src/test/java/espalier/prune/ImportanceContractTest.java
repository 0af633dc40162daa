package espalier.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import espalier.channel.ChannelGroup;
import espalier.channel.ChannelGroups;
import espalier.config.Component;
import espalier.config.Family;
import espalier.graph.BadInputException;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.torch.Threads;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every importance there is; a new one is in the list by itself. */
class ImportanceContractTest {
    private static final int PLANTED = 3;
    private static final Desk.Clusters DATA = Desk.Clusters.of(64, 3, 2, 4, 4);

    /** Two branches of convolution, batch norm and ReLU that are joined; {@code %s} are the nodes of both. */
    private static final String BRANCHES = """
            (float[N,2,4,4] x, float[] wa, float[] ga, float[] ba, float[] ma, float[] va,
             float[] wb, float[] gb, float[] bb, float[] mb, float[] vb, float[] u, float[] c) => (float[N,3] y) {
               %s
               j = Concat <axis = 1> (ra, rb)
               p = GlobalAveragePool (j)
               f = Flatten (p)
               [head] y = Gemm (f, u, c)
            }""";

    private static final String A = "[a] qa = Conv (x, wa) na = BatchNormalization (qa, ga, ba, ma, va) ra = Relu (na)";
    private static final String B = "[b] qb = Conv (x, wb) nb = BatchNormalization (qb, gb, bb, mb, vb) rb = Relu (nb)";

    @BeforeAll
    static void one_thread() {
        Threads.set(1);
    }

    static Stream<Importance> all() {
        return Family.of(Importance.class).members().stream()
                .map(m -> (Importance) Component.defaults((Class<?>) m.type()));
    }

    private static Model branches(String nodes) {
        Map<String, Tensor> weights = new TreeMap<>();
        Random random = new Random(5);
        for (String branch : List.of("a", "b")) {
            weights.put("w" + branch, random(random, 0, 5, 2, 3, 3));
            weights.put("g" + branch, random(random, 1, 5));
            weights.put("b" + branch, random(random, 0, 5));
            weights.put("m" + branch, random(random, 0, 5));
            weights.put("v" + branch, Tensor.floats(Shape.of(5), 1, 2, 1, 2, 1));
        }
        weights.put("u", random(random, 0, 10, 3));
        weights.put("c", random(random, 0, 3));
        Graph g = Desk.model(BRANCHES.formatted(nodes)).graph();
        return Model.of(17, g.withInputs(g.inputs().subList(0, 1)).withInitializers(weights));
    }

    private static Tensor random(Random random, double mean, long... shape) {
        Shape s = Shape.of(shape);
        float[] v = new float[(int) s.elements()];
        for (int i = 0; i < v.length; i++) {
            v[i] = (float) (mean + 0.5 * random.nextGaussian());
        }
        return Tensor.floats(s, v);
    }

    private static Map<String, double[]> scores(Importance importance, Model model) {
        List<ChannelGroup> groups = ChannelGroups.of(model).groups();
        List<double[]> scores = importance.ofUnits(groups, new DataEvidence(model, Desk.of(model, DATA)));
        Map<String, double[]> byName = new TreeMap<>();
        for (int i = 0; i < groups.size(); i++) {
            byName.put(groups.get(i).name(), scores.get(i));
        }
        return byName;
    }

    @ParameterizedTest
    @MethodSource("all")
    void scores_every_unit_the_same_each_time_and_whatever_the_order_of_nodes(Importance importance) {
        Map<String, double[]> scores = scores(importance, branches(A + "\n" + B));
        assertThat(scores).containsOnlyKeys("a", "b");
        assertThat(scores.get("a")).hasSize(5).doesNotContain(Double.NaN);
        Map<String, double[]> again = scores(importance, branches(A + "\n" + B));
        Map<String, double[]> turned = scores(importance, branches(B + "\n" + A));
        scores.forEach((layer, s) -> {
            assertThat(again.get(layer)).isEqualTo(s);
            assertThat(turned.get(layer)).as(layer).isEqualTo(s);
        });
    }

    @ParameterizedTest
    @MethodSource("all")
    void is_finite_on_a_dead_layer(Importance importance) {
        Model m = branches(A + "\n" + B);
        Graph g = m.graph();
        Model dead = m.withGraph(g.plusInitializers(Map.of(
                "wa", Tensor.floats(Shape.of(5, 2, 3, 3), new float[90]),
                "ga", Tensor.floats(Shape.of(5), new float[5]),
                "ba", Tensor.floats(Shape.of(5), new float[5]))));
        scores(importance, dead).forEach((layer, s) -> {
            for (double score : s) {
                assertThat(score).as(layer).isFinite();
            }
        });
    }

    @ParameterizedTest
    @MethodSource("all")
    void ranks_a_planted_redundant_channel_first(Importance importance) {
        if (importance instanceof RandomImportance) {
            return;
        }
        double[] scores = scores(importance, planted(Family.keyOf(importance), branches(A + "\n" + B)))
                .get("a");
        for (int u = 0; u < scores.length; u++) {
            if (u != PLANTED) {
                assertThat(scores[PLANTED])
                        .as("unit %d of %s", u, Arrays.toString(scores))
                        .isLessThan(scores[u]);
            }
        }
    }

    /** Unit 3 of branch a is what the method looks for. */
    private static Model planted(String key, Model model) {
        return switch (key) {
            case "l1", "l2" -> with(model, "wa", 18, i -> 0);
            case "fpgm" -> between(model);
            case "slimming" -> with(model, "ga", 1, i -> 0);
            case "apoz" -> with(model, "ba", 1, i -> -1000);
            case "taylor" -> with(model, "u", 3, i -> 0);
            default -> throw new AssertionError("plant a channel that " + key + " must find redundant");
        };
    }

    private interface Value {
        float at(int i);
    }

    private static Model with(Model model, String name, int perUnit, Value value) {
        float[] w = Desk.weights(model, name);
        for (int i = 0; i < perUnit; i++) {
            w[PLANTED * perUnit + i] = value.at(i);
        }
        Graph g = model.graph();
        Shape shape = g.initializers().get(name).shape();
        return model.withGraph(g.plusInitializers(Map.of(name, Tensor.floats(shape, w))));
    }

    /** The filter in the middle of all others, large as it may be: the others are its equals up to a turn. */
    private static Model between(Model model) {
        float[] w = Desk.weights(model, "wa");
        List<float[]> others = new ArrayList<>();
        for (int u = 0; u < 5; u++) {
            if (u != PLANTED) {
                others.add(Arrays.copyOfRange(w, 18 * u, 18 * u + 18));
            }
        }
        return with(model, "wa", 18, i -> {
            float sum = 0;
            for (float[] o : others) {
                sum += o[i] / others.size();
            }
            return sum;
        });
    }

    @ParameterizedTest
    @MethodSource("all")
    void single_weights_are_scored_one_by_one_or_refused_in_one_line(Importance importance) {
        Model m = branches(A + "\n" + B);
        List<double[]> scores;
        try {
            scores = importance.ofWeights(List.of("wa", "u"), new DataEvidence(m, Desk.of(m, DATA)));
        } catch (BadInputException e) {
            assertThat(e)
                    .hasMessage("importance " + Family.keyOf(importance)
                            + " judges whole channels: for single weights take l1, taylor or random");
            return;
        }
        assertThat(scores.get(0)).hasSize(90).doesNotContain(Double.NaN);
        assertThat(scores.get(1)).hasSize(30).doesNotContain(Double.NaN);
    }

    @ParameterizedTest
    @MethodSource("all")
    void says_when_data_are_needed(Importance importance) {
        Model m = branches(A + "\n" + B);
        List<ChannelGroup> groups = ChannelGroups.of(m).groups();
        if (importance.readsData()) {
            assertThatThrownBy(() -> importance.ofUnits(groups, WeightEvidence.of(m)))
                    .hasMessage(
                            "importance that looks at data cannot be asked here: take one that looks at weights, as l1");
        } else {
            assertThat(importance.ofUnits(groups, WeightEvidence.of(m))).hasSize(2);
        }
    }
}
