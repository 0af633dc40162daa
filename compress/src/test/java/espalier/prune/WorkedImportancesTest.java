package espalier.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import espalier.channel.ChannelGroups;
import espalier.data.DataSet;
import espalier.data.InputSpec;
import espalier.graph.Model;
import espalier.torch.Threads;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Each importance on numbers worked out by hand. */
class WorkedImportancesTest {
    private static final Offset<Double> SAME = within(1e-6);

    /** Three filters of two weights: (3, -4), (0, 1), (-1, 1). */
    private static final Model FILTERS = Desk.model("""
            (float[N,2,1,1] x) => (float[N,1] y)
            <float[3,2,1,1] w = {3, -4, 0, 1, -1, 1}, float[3] b = {9, 9, 9}, float[3,1] u = {1, 1, 1}> {
               [a] q = Conv (x, w, b)
               r = Relu (q)
               f = Flatten (r)
               y = MatMul (f, u)
            }""");

    /** The same, with scales -2, 0.5, 0 behind it. */
    private static final Model NORMALIZED = Desk.model("""
            (float[N,2,1,1] x) => (float[N,1] y)
            <float[3,2,1,1] w = {3, -4, 0, 1, -1, 1}, float[3] g = {-2, 0.5, 0}, float[3] b = {9, 9, 9},
             float[3] m = {0, 0, 0}, float[3] v = {1, 1, 1}, float[3,1] u = {1, 1, 1}> {
               [a] q = Conv (x, w)
               n = BatchNormalization (q, g, b, m, v)
               f = Flatten (n)
               y = MatMul (f, u)
            }""");

    @BeforeAll
    static void one_thread() {
        Threads.set(1);
    }

    private static double[] units(Importance importance, Model model) {
        return importance
                .ofUnits(ChannelGroups.of(model).groups(), WeightEvidence.of(model))
                .get(0);
    }

    private static double[] units(Importance importance, Model model, DataSet data) {
        return importance
                .ofUnits(ChannelGroups.of(model).groups(), new DataEvidence(model, Desk.of(model, data)))
                .get(0);
    }

    @Test
    void l1_is_the_sum_of_magnitudes_and_the_magnitude_of_a_single_weight() {
        assertThat(units(new L1(), FILTERS)).containsExactly(3 + 4, 0 + 1, 1 + 1);
        assertThat(new L1().ofWeights(List.of("w"), WeightEvidence.of(FILTERS)).get(0))
                .containsExactly(3, 4, 0, 1, 1, 1);
    }

    @Test
    void l2_is_the_root_of_the_sum_of_squares() {
        assertThat(units(new L2(), FILTERS)).containsExactly(new double[] {5, 1, Math.sqrt(2)}, SAME);
    }

    /** The same filters as rows of a linear layer whose biases would turn the order round. */
    private static final Model ROWS = Desk.model("""
            (float[N,2] x) => (float[N,1] y)
            <float[3,2] w = {3, -4, 0, 1, -1, 1}, float[3] b = {0, 90, 9}, float[3,1] u = {1, 1, 1}> {
               [a] q = Gemm <transB = 1> (x, w, b)
               r = Relu (q)
               y = MatMul (r, u)
            }""");

    @Test
    void biases_of_a_linear_layer_do_not_count() {
        assertThat(units(new L1(), ROWS)).containsExactly(3 + 4, 0 + 1, 1 + 1);
        assertThat(units(new L2(), ROWS)).containsExactly(new double[] {5, 1, Math.sqrt(2)}, SAME);
        assertThat(units(new Fpgm(), ROWS)).containsExactly(units(new Fpgm(), FILTERS), SAME);
    }

    @Test
    void fpgm_is_the_distance_to_all_others() {
        // to (0, 1): sqrt(9 + 25); to (-1, 1): sqrt(16 + 25); (0, 1) to (-1, 1): 1
        double first = Math.sqrt(34);
        double second = Math.sqrt(41);
        assertThat(units(new Fpgm(), FILTERS))
                .containsExactly(new double[] {first + second, first + 1, second + 1}, SAME);
    }

    @Test
    void slimming_is_the_magnitude_of_the_scale() {
        assertThat(units(new Slimming(), NORMALIZED)).containsExactly(2, 0.5, 0);
    }

    /** Rows of whole numbers, the last of each the class. */
    private record Rows(int features, double[]... rows) implements DataSet {
        @Override
        public String name() {
            return "rows";
        }

        @Override
        public int size() {
            return rows.length;
        }

        @Override
        public List<InputSpec> inputs() {
            return List.of(InputSpec.floats(features, 1, 1));
        }

        @Override
        public List<String> classNames() {
            return List.of("0", "1");
        }

        @Override
        public long label(int sample) {
            return (long) rows[sample][features];
        }

        @Override
        public void fill(int sample, int input, float[] into, int offset) {
            for (int i = 0; i < features; i++) {
                into[offset + i] = (float) rows[sample][i];
            }
        }
    }

    @Test
    void apoz_is_how_often_the_activation_is_not_zero() {
        Model m = Desk.model("""
                (float[N,2,1,1] x) => (float[N,1] y)
                <float[3,2,1,1] w = {1, 0, 0, 1, -1, -1}, float[3,1] u = {1, 1, 1}> {
                   [a] q = Conv (x, w)
                   r = Relu (q)
                   f = Flatten (r)
                   y = MatMul (f, u)
                }""");
        // rectified x0: 1, 2, 3, 0; x1: 0, 0, 5, 0; -(x0 + x1): 0, 0, 0, 4
        Rows rows = new Rows(2, new double[][] {{1, -1, 0}, {2, -1, 0}, {3, 5, 1}, {-1, -3, 1}});
        assertThat(units(new Apoz(), m, rows)).containsExactly(new double[] {0.75, 0.25, 0.25}, SAME);
    }

    private static final Model TWO_CLASSES = Desk.model("""
            (float[N,1,1,1] x) => (float[N,2] y)
            <float[2,1,1,1] w = {1, 2}, float[2,2] u = {1, 0, 0.25, 0}> {
               [a] q = Conv (x, w)
               f = Flatten (q)
               y = MatMul (f, u)
            }""");

    @Test
    void taylor_is_the_square_of_gradient_times_weight() {
        // x = 1: units 1 and 2, scores (1 + 2 * 0.25, 0) = (1.5, 0); by the first score the loss of class 0 has slope
        // -q
        double q = 1 / (1 + Math.exp(1.5));
        Rows one = new Rows(1, new double[][] {{1, 0}});
        // a gate on unit 0 moves the first score by 1 * 1, one on unit 1 by 2 * 0.25
        assertThat(units(new Taylor(1), TWO_CLASSES, one)).containsExactly(new double[] {q * q, q * q / 4}, SAME);
        // single weights of u: inputs 1 and 2, slopes (-q, q)
        Evidence evidence = new DataEvidence(TWO_CLASSES, Desk.of(TWO_CLASSES, one));
        assertThat(new Taylor(1).ofWeights(List.of("u"), evidence).get(0))
                .containsExactly(new double[] {q * q, 0, (2 * 0.25 * q) * (2 * 0.25 * q), 0}, SAME);
    }

    @Test
    void taylor_is_averaged_over_batches_and_against_the_originals_classes_without_labels() {
        // the original says class 0 of x = 1, as the label above
        double q = 1 / (1 + Math.exp(1.5));
        Desk.Clusters none = Desk.Clusters.of(1, 2, 1, 1, 1).withoutLabels();
        DataSet ones = new Unlabelled(none);
        assertThat(units(new Taylor(3), TWO_CLASSES, ones)).containsExactly(new double[] {q * q, q * q / 4}, SAME);
    }

    /** One sample, 1, without a label. */
    private record Unlabelled(DataSet like) implements DataSet {
        @Override
        public String name() {
            return "ones";
        }

        @Override
        public int size() {
            return 1;
        }

        @Override
        public List<InputSpec> inputs() {
            return like.inputs();
        }

        @Override
        public List<String> classNames() {
            return List.of();
        }

        @Override
        public long label(int sample) {
            return -1;
        }

        @Override
        public void fill(int sample, int input, float[] into, int offset) {
            into[offset] = 1;
        }
    }

    @Test
    void chance_prefers_no_unit() {
        int[] first = new int[3];
        for (int seed = 0; seed < 3000; seed++) {
            double[] scores = new RandomImportance()
                    .ofUnits(ChannelGroups.of(FILTERS).groups(), new WeightEvidence(FILTERS, java.util.Map.of(), seed))
                    .get(0);
            first[scores[0] < scores[1] ? (scores[0] < scores[2] ? 0 : 2) : (scores[1] < scores[2] ? 1 : 2)]++;
        }
        for (int count : first) {
            assertThat(count).isBetween(1000 - 130, 1000 + 130); // five standard deviations of 3000 draws at a third
        }
    }

    @Test
    void health_is_spread_and_distance_from_zero() {
        // mean 4, deviations -3, -1, 0, 4: variance 26 / 4
        Health wide = Health.of(new double[] {1, 3, 4, 8});
        assertThat(wide.spread()).isEqualTo(Math.sqrt(6.5) / 4, SAME);
        assertThat(wide.smallest()).isEqualTo(0.25, SAME);
        assertThat(wide.warning()).isEmpty();
        assertThat(Health.of(new double[] {9, 10, 11}).warning())
                .contains("norms hardly differ (spread 0.08): fpgm or taylor judge these filters better");
        assertThat(Health.of(new double[] {6, 6, 18}).warning())
                .contains(
                        "even the smallest norm is 60 % of the mean: none is negligible, taylor or apoz judge these filters better");
        assertThat(Health.of(new double[] {0, 0}).warning()).isPresent();
    }

    @Test
    void a_standing_counts_scores_between_zero_and_the_largest() {
        Standing s = Standing.of(new L1(), "a", new double[] {8, 1, 4, 3});
        assertThat(new double[] {s.smallest(), s.median(), s.largest()}).containsExactly(1, 3.5, 8);
        assertThat(s.histogram(4)).containsExactly(1, 1, 1, 1);
        assertThat(Standing.of(new Fpgm(), "a", new double[] {1, 1}).health()).isEmpty();
    }
}
