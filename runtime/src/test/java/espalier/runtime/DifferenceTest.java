package espalier.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import espalier.graph.Shape;
import espalier.graph.Tensor;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DifferenceTest {
    private static final Tensor REFERENCE = Tensor.floats(Shape.of(3), 1, -4, 2);

    @Test
    void is_zero_for_equal_bits() {
        Tensor nan = Tensor.floats(Shape.of(1), Float.NaN);
        assertThat(Difference.of("y", nan, nan)).isEqualTo(new Difference("y", 0, 0));
    }

    @Test
    void relates_the_largest_error_to_the_largest_element() {
        Tensor other = Tensor.floats(Shape.of(3), 1.5f, -4, 3);
        assertThat(Difference.of("y", REFERENCE, other)).isEqualTo(new Difference("y", 1, 0.25));
    }

    @Test
    void is_infinite_where_only_one_is_a_number() {
        Tensor other = Tensor.floats(Shape.of(3), 1, Float.NaN, 2);
        assertThat(Difference.of("y", REFERENCE, other).maxAbsolute()).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(Difference.of("y", other, REFERENCE).maxRelative()).isEqualTo(Double.POSITIVE_INFINITY);
    }

    @Test
    void names_the_output_whose_shape_differs() {
        assertThatThrownBy(() -> Difference.of("y", REFERENCE, Tensor.scalar(1f)))
                .hasMessage("output 'y' has shape [], expected [3]");
    }

    @Test
    void pairs_outputs_by_name_else_by_position() {
        Tensor other = Tensor.floats(Shape.of(3), 1, -4, 4);
        assertThat(Difference.between(Map.of("y", REFERENCE), Map.of("renamed", other)))
                .containsExactly(new Difference("y", 2, 0.5));
        assertThatThrownBy(() -> Difference.between(Map.of("y", REFERENCE), Map.of()))
                .hasMessage("output 'y' is missing; there are []");
    }
}
