package espalier.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import espalier.graph.DType;
import espalier.graph.Dim;
import espalier.graph.Extra;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.graph.ValueInfo;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RandomInputsTest {
    private static final Model MODEL = model(
            ValueInfo.of("image", DType.FLOAT, Dim.symbol("n")), ValueInfo.of("ids", DType.INT64, Dim.symbol("n")));

    @Test
    void gives_normal_floats_and_small_integers() {
        Map<String, Tensor> in = RandomInputs.of(MODEL, Map.of("image", Shape.of(1000), "ids", Shape.of(100)), 1);
        double sum = 0;
        double squares = 0;
        for (float f : in.get("image").toFloats()) {
            sum += f;
            squares += f * f;
        }
        assertThat(sum / 1000).isBetween(-0.15, 0.15);
        assertThat(squares / 1000).isBetween(0.8, 1.2);
        assertThat(LongStream.of(in.get("ids").toLongs()).boxed()).containsOnly(0L, 1L);
    }

    @Test
    void depends_on_the_seed_alone() {
        Map<String, Shape> shapes = Map.of("image", Shape.of(5), "ids", Shape.of(5));
        assertThat(RandomInputs.of(MODEL, shapes, 7))
                .isEqualTo(RandomInputs.of(MODEL, shapes, 7))
                .isNotEqualTo(RandomInputs.of(MODEL, shapes, 8));
    }

    @Test
    void names_an_input_without_a_shape() {
        assertThatThrownBy(() -> RandomInputs.of(MODEL, Map.of("image", Shape.of(5)), 7))
                .hasMessage("input 'ids' has no known shape or is not a tensor");
    }

    private static Model model(ValueInfo... inputs) {
        Graph graph = new Graph("g", List.of(), Map.of(), List.of(inputs), List.of(), Map.of(), Extra.NONE);
        return new Model(8, Map.of("", 17L), "", graph, Map.of(), Extra.NONE);
    }
}
