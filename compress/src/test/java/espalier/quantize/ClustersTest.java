package espalier.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import espalier.graph.BadInputException;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ClustersTest {
    @Test
    void keeps_zeros_and_finds_the_values_worked_by_hand() {
        // 1 2 | 8 10: means 1.5 and 9
        Tensor w = Tensor.floats(Shape.of(2, 3), 0, 1, 8, 2, 0, 10);
        Codes codes = Codes.of(w, 1, 1, Cluster.Start.EXACT, 1);
        assertThat(codes.values()).containsExactly(1.5f, 9f);
        assertThat(codes.labels()).containsExactly(-1, 0, 1, 0, -1, 1);
        assertThat(codes.decoded(w).toFloats()).containsExactly(0, 1.5f, 9, 1.5f, 0, 9);
    }

    @Test
    void gives_every_row_values_of_its_own() {
        Tensor w = Tensor.floats(Shape.of(2, 3), 1, 1, 5, -7, -3, -7);
        Codes codes = Codes.of(w, 1, 2, Cluster.Start.LINEAR, 1);
        assertThat(codes.values()).containsExactly(1, 5, -7, -3);
        assertThat(codes.decoded(w)).isEqualTo(w);
    }

    @Test
    void refuses_bits_out_of_range() {
        assertThatThrownBy(() -> bits(9))
                .isInstanceOf(BadInputException.class)
                .hasMessage("bits must be 1 to 8, got 9");
    }

    @Test
    void refuses_to_reassign_weights_among_values_of_each_filter() {
        String recipe = """
                model: m.onnx
                data: d
                steps:
                  - cluster: {per-channel: true, reassign: epoch}
                """;
        assertThatThrownBy(() -> espalier.recipe.Recipe.parse(recipe, "r.yaml"))
                .isInstanceOf(BadInputException.class)
                .hasMessage("r.yaml:4:15: per-channel and reassign: epoch cannot go together: leave one of them out");
    }

    @Test
    void says_by_how_much_the_file_is_too_large() {
        assertThat(Clusters.missed(OptionalLong.of(1_000), 2_234))
                .hasValue("max-bytes missed by 1,234: lower it by as many");
        assertThat(Clusters.missed(OptionalLong.of(1_000), 1_000)).isEmpty();
        assertThat(Clusters.missed(OptionalLong.empty(), 1_000)).isEmpty();
    }

    private static Cluster bits(int bits) {
        Cluster d = new Cluster();
        return new Cluster(
                bits,
                d.biasBits(),
                d.start(),
                d.perChannel(),
                d.reassign(),
                d.half(),
                d.tune(),
                d.maxBytes(),
                d.maxDrop(),
                d.include(),
                d.exclude(),
                d.against(),
                d.retrain());
    }
}
