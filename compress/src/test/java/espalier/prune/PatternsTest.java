package espalier.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import espalier.graph.Model;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which single weights go, on matrices small enough to see. */
class PatternsTest {
    /** Outputs along the columns, as MatMul has them. */
    private static final Model PRODUCT = Desk.model("""
            (float[N,4] x) => (float[N,2] y) <float[4,2] w = {1, 8, 2, 7, 3, 6, 4, 5}> { [a] y = MatMul (x, w) }""");

    /** Outputs along the rows, as Gemm with transB has them. */
    private static final Model TRANSPOSED = Desk.model("""
            (float[N,4] x) => (float[N,2] y) <float[2,4] w = {1, 2, 3, 4, 8, 7, 6, 5}> { [a] y = Gemm <transB = 1> (x, w) }""");

    /** Two outputs, four inputs, two positions. */
    private static final Model CONVOLUTION = Desk.model("""
            (float[N,4,1,2] x) => (float[N,2,1,1] y)
            <float[2,4,1,2] w = {1, 8, 2, 7, 3, 6, 4, 5, 16, 9, 15, 10, 14, 11, 13, 12}> { [a] y = Conv (x, w) }""");

    private static float[] mask(WeightPattern pattern, Model model, double ratio) {
        List<Matrix> matrices = Matrix.of(model.graph());
        List<double[]> scores = new L1().ofWeights(List.of("w"), WeightEvidence.of(model));
        return pattern.masks(matrices, List.of(new Scored("a", scores.get(0))), new PerLayer(), ratio)
                .get(0);
    }

    @Test
    void single_weights_go_wherever_they_lie() {
        assertThat(mask(new SingleWeights(), PRODUCT, 0.5)).containsExactly(0, 1, 0, 1, 0, 1, 0, 1);
        assertThat(WeightPattern.strongest(new double[] {1, 1, 1, 1}, 2)).containsExactly(1, 1, 0, 0);
        assertThat(WeightPattern.strongest(new double[] {1, 2}, 0)).containsExactly(0, 0);
    }

    @Test
    void two_of_four_are_counted_along_the_inputs_of_each_output() {
        // output 0 reads 1 2 3 4, output 1 reads 8 7 6 5
        assertThat(mask(new NofM(2, 4), PRODUCT, 0.5)).containsExactly(0, 1, 0, 1, 1, 0, 1, 0);
        assertThat(mask(new NofM(2, 4), TRANSPOSED, 0.5)).containsExactly(0, 0, 1, 1, 1, 1, 0, 0);
        // position 0 of output 0 reads 1 2 3 4, position 1 reads 8 7 6 5; output 1 has 16 15 14 13 and 9 10 11 12
        assertThat(mask(new NofM(1, 2), CONVOLUTION, 0.5))
                .containsExactly(0, 1, 1, 0, 0, 1, 1, 0, 1, 0, 0, 1, 1, 0, 0, 1);
    }

    @Test
    void four_of_eight_needs_eight_inputs() {
        assertThatThrownBy(() -> mask(new NofM(4, 8), PRODUCT, 0.5))
                .hasMessage("layer 'a' has 4 inputs, too few for 4 of 8: exclude it");
        assertThatThrownBy(() -> new NofM(4, 4)).hasMessage("n must be at least 1 and below m, got 4 of 4");
    }

    @Test
    void a_rest_of_fewer_inputs_stays_whole() {
        Model five = Desk.model("""
                (float[N,5] x) => (float[N,1] y) <float[5,1] w = {1, 2, 3, 4, 0.5}> { [a] y = MatMul (x, w) }""");
        assertThat(mask(new NofM(2, 4), five, 0.5)).containsExactly(0, 0, 1, 1, 1);
    }

    @Test
    void blocks_go_together_by_their_mean() {
        // blocks of 1 output x 2 inputs: 1 2 | 3 4 | 8 7 | 6 5
        assertThat(mask(new Blocks(1, 2), TRANSPOSED, 0.5)).containsExactly(0, 0, 0, 0, 1, 1, 1, 1);
        assertThat(mask(new Blocks(1, 2), TRANSPOSED, 0.25)).containsExactly(0, 0, 1, 1, 1, 1, 1, 1);
        // 2 outputs x 2 inputs of PRODUCT: rows 1 8 2 7 (mean 4.5) and 3 6 4 5 (4.5): of equal ones the first stays
        assertThat(mask(new Blocks(2, 2), PRODUCT, 0.5)).containsExactly(1, 1, 1, 1, 0, 0, 0, 0);
    }

    @Test
    void a_block_never_spans_two_positions_of_a_kernel() {
        // position 0: 1 2 3 4 and 16 15 14 13 (mean 8.5); position 1: 8 7 6 5 and 9 10 11 12 (8.5), of equal ones the
        // first
        assertThat(mask(new Blocks(2, 4), CONVOLUTION, 0.5))
                .containsExactly(1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0);
    }

    @Test
    void sparse_bytes_are_values_and_gaps_or_bits() {
        Model m = Desk.model("""
                (float[N,4] x) => (float[N,4] y)
                <float[4,4] w = {1, 0, 0, 0, 0, 0, 0, 0, 2, 3, 0, 0, 0, 0, 0, 0}, float[4] b = {1, 2, 3, 4}>
                { [a] y = Gemm (x, w, b) }""");
        // 3 values of 4 bytes and 2 bytes of bits (fewer than 3 gaps), and 4 biases
        assertThat(Sparsity.of(m)).isEqualTo(new Sparsity(16, 3, 3 * 4 + 2 + 4 * 4));
        assertThat(Sparsity.of(m).toString())
                .isEqualTo(
                        "81.3 % of the weights are zero; that alone is not faster, since zeros are computed like other numbers;"
                                + " a sparse file would take 30 bytes");
    }
}
