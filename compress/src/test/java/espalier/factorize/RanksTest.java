package espalier.factorize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import espalier.graph.BadInputException;
import espalier.graph.Model;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.torch.Tensors;
import espalier.zoo.Zoo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RanksTest {
    private static Spectrum spectrum(double... values) {
        return new Spectrum(values, values.length, values.length);
    }

    /** 9 + 4 + 1 + 1 = 15: 9 is 60 %, 13 is 86.7 %, 14 is 93.3 %. */
    @ParameterizedTest
    @CsvSource({"0.6, 1", "0.61, 2", "0.86, 2", "0.9, 3", "1, 4"})
    void energy_is_the_share_of_the_squares(double kept, int rank) {
        assertThat(new Energy(kept).rank(spectrum(3, 2, 1, 1))).isEqualTo(rank);
    }

    /** L = M: a = 1, t = 2.5129, x = (1 + 2.5129) (1 + 1 / 2.5129) = 3.5129 * 1.397946... = 4.910846... */
    @Test
    void the_bound_of_vbmf_on_a_square_matrix() {
        assertThat(Vbmf.bound(1)).isCloseTo(3.5129 * (1 + 1 / 2.5129), within(1e-12));
        assertThat(Vbmf.bound(1)).isCloseTo(4.9108, within(1e-4));
    }

    /**
     * Two singular values far above 98 that are alike, as a matrix of noise with variance s2 would have them in the mean: sum of squares
     * = L M s2. With all of the small ones noise, s2 is near their mean square over M, 98 v^2 / (100 * 100).
     */
    @Test
    void vbmf_takes_what_is_alike_for_noise() {
        double[] values = new double[100];
        java.util.Arrays.fill(values, 5);
        values[0] = 200;
        values[1] = 100;
        double noise = Vbmf.noise(values, 100, 100);
        assertThat(noise).isBetween(0.2 * 25 / 100, 1.5 * 25 / 100);
        assertThat(Vbmf.rank(spectrum(values))).isEqualTo(2);
    }

    /** The least of the free energy on a grid of 20,001 points, computed with NumPy by the formulas of the authors' own program. */
    @ParameterizedTest
    @CsvSource({
        "4, 8, 9 4 1.2 1, 0.9425, 1",
        "6, 12, 12 7 2 1.7 1.3 0.9, 0.2651, 2",
    })
    void vbmf_finds_the_noise_that_another_program_finds(
            int rows, int columns, String singularValues, double noise, int rank) {
        double[] values = java.util.Arrays.stream(singularValues.split(" "))
                .mapToDouble(Double::parseDouble)
                .toArray();
        assertThat(Vbmf.noise(values, rows, columns)).isCloseTo(noise, within(2e-4));
        assertThat(Vbmf.rank(new Spectrum(values, rows, columns))).isEqualTo(rank);
        assertThat(Vbmf.rank(new Spectrum(values, columns, rows))).isEqualTo(rank);
    }

    /** Nakajima et al., section 6: the true rank is recovered when the signal stands out of the noise. */
    @ParameterizedTest
    @ValueSource(ints = {1, 5, 20})
    void vbmf_recovers_the_rank_of_a_noisy_matrix(int rank) {
        Random random = new Random(11);
        try (PointerScope scope = new PointerScope()) {
            var a = Tensors.of(gaussian(60, rank, random));
            var b = Tensors.of(gaussian(rank, 150, random));
            var noise = Tensors.of(gaussian(60, 150, random));
            var v = torch.matmul(a, b).add(noise, new org.bytedeco.pytorch.Scalar(0.3));
            assertThat(Vbmf.rank(new Spectrum(Algebra.singularValues(v), 60, 150)))
                    .isEqualTo(rank);
        }
    }

    private static Tensor gaussian(int rows, int columns, Random random) {
        double[] v = random.doubles((long) rows * columns)
                .map(u -> random.nextGaussian())
                .toArray();
        return Tensor.doubles(Shape.of(rows, columns), v);
    }

    @Test
    void a_budget_is_met_and_layers_that_matter_less_give_more() {
        Model m = Zoo.create("vgg11@0.125", 1, 28, 28, 10, 1);
        long before = espalier.op.Cost.of(m, espalier.op.Trace.of(m, Map.of("input", Shape.of(1, 1, 28, 28))))
                .macs();
        List<Gain> gains = preview(new Budget(Measure.MACS, 0.5), List.of(), m);
        long saved = gains.stream().mapToLong(g -> g.macs() - g.macsAfter()).sum();
        assertThat(saved).isBetween(before / 2, before * 6 / 10);
        assertThat(gains).allSatisfy(g -> assertThat(g.weightsAfter()).isLessThan(g.weights()));
        assertThat(gains).allSatisfy(g -> assertThat(g.error()).isBetween(0.0, 1.0));
    }

    @Test
    void a_budget_says_of_every_layer_that_stays_why() {
        Model m = Zoo.create("lenet5", 1, 28, 28, 10, 1);
        List<String> notes = new ArrayList<>();
        List<Gain> gains = Factorization.preview(
                settings(new Svd(), new Budget(Measure.BYTES, 0.5), List.of()),
                m,
                Map.of("input", Shape.of(1, 1, 28, 28)),
                notes);
        // half of the bytes are in fc1 alone
        assertThat(gains).extracting(Gain::layer).containsExactly("fc1");
        assertThat(notes)
                .contains("conv2: stays: the others meet the budget")
                .hasSize(3)
                .allMatch(n -> n.matches("(conv1|conv2|fc2): stays: .*"));
    }

    private static List<Gain> preview(Ranks rank, List<String> include, Model m) {
        return Factorization.preview(
                settings(new Svd(), rank, include), m, Map.of("input", Shape.of(1, 1, 28, 28)), new ArrayList<>());
    }

    private static Factorize settings(Decomposition method, Ranks rank, List<String> include) {
        Factorize d = new Factorize();
        return new Factorize(
                method,
                rank,
                d.between(),
                d.weighted(),
                include,
                List.of(),
                d.recover(),
                0,
                d.against(),
                d.retrain(),
                0);
    }

    @Test
    void says_where_it_does_not_pay() {
        Model m = Zoo.create("lenet5", 1, 28, 28, 10, 1);
        List<String> notes = new ArrayList<>();
        List<Gain> gains = Factorization.preview(
                settings(new Svd(), new SameRank(10), List.of()), m, Map.of("input", Shape.of(1, 1, 28, 28)), notes);
        // fc1: 10 (800 + 500) = 13,000 instead of 400,000
        assertThat(gains.get(gains.size() - 1))
                .hasToString("fc1: rank 10, 400000 -> 13000 weights, 400000 -> 13000 multiply-adds, error "
                        + String.format(
                                java.util.Locale.ROOT,
                                "%.3f",
                                gains.get(gains.size() - 1).error()));
        // fc2: 10 (500 + 10) = 5,100 instead of 5,000
        assertThat(notes)
                .contains("fc2: stays: at rank 10 it would have 5100 weights and 5100 multiply-adds instead of 5000 and"
                        + " 5000");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // checked before anything is computed
                "11 | fc2     | layer 'fc2': rank 11 is above its full rank 10: give a lower one, or exclude the layer",
                "2  | fc9     | include pattern 'fc9' matches no layer; there are: conv1, conv2, fc1, fc2",
            })
    void refuses_in_one_line(int rank, String include, String message) {
        Model m = Zoo.create("lenet5", 1, 28, 28, 10, 1);
        assertThatThrownBy(() -> preview(new SameRank(rank), List.of(include), m))
                .isInstanceOf(BadInputException.class)
                .hasMessage(message);
    }

    @Test
    void refuses_what_cannot_be_split_by_name() {
        Model m = Zoo.create("mobilenetv1@0.25", 1, 28, 28, 10, 1);
        assertThatThrownBy(() -> preview(new SameRank(1), List.of("block1.depthwise"), m))
                .hasMessage("layer 'block1.depthwise' is a depthwise convolution, which has nothing to split: leave it"
                        + " out of include");
        assertThatThrownBy(() -> Factorization.preview(
                        settings(new Separable(), new Budget(), List.of("fc")),
                        m,
                        Map.of("input", Shape.of(1, 1, 28, 28)),
                        new ArrayList<>()))
                .hasMessage("layer 'fc' looks at one position, there is nothing to separate: leave it out of include");
        assertThatThrownBy(() -> new SameRank(0)).hasMessage("rank must be 1 or more, got 0");
        assertThatThrownBy(() -> new Energy(0)).hasMessage("kept must be above 0 and at most 1, got 0.0");
        assertThatThrownBy(() -> new Budget(Measure.MACS, 1)).hasMessage("share must be above 0 and below 1, got 1.0");
        assertThatThrownBy(() -> preview(new Budget(Measure.LATENCY, 0.5), List.of(), m))
                .hasMessage("a budget of latency is measured on data and this machine: give --data, without --dry-run");
        assertThatThrownBy(() -> preview(new Budget(Measure.BYTES, 0.001), List.of(), m))
                .hasMessageMatching(
                        "a budget of 0 % of the bytes cannot be met: at the lowest ranks \\d+ % are left; give"
                                + " more, or another method");
    }
}
