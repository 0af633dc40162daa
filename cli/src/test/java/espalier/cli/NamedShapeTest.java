package espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import espalier.graph.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamedShapeTest {
    private final NamedShape.Converter converter = new NamedShape.Converter();

    @Test
    void reads_a_name_and_sizes() {
        assertThat(converter.convert("a=b=1x3x224")).isEqualTo(new NamedShape("a=b", Shape.of(1, 3, 224)));
        assertThat(converter.convert("7")).isEqualTo(new NamedShape("", Shape.of(7)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x=", "1x-3", "1x", "ax3", "1,3"})
    void refuses_what_is_no_shape(String text) {
        assertThatThrownBy(() -> converter.convert(text))
                .hasMessage("'" + text + "' is not a shape such as input=1x3x224x224");
    }
}
