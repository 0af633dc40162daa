package espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class TableTest {
    private static Table table() {
        return new Table(
                        Column.text("layer", "layer"),
                        Column.count("parameters", "parameters"),
                        Column.bytes("bytes", "bytes"))
                .row("conv\u001b[31m", 1234567L, 4_940_000L)
                .row("relu", Optional.empty(), 0L)
                .total("2 layers", 1234567L, 4_940_000L);
    }

    @Test
    void aligns_text_left_and_numbers_right_and_escapes_controls() {
        assertThat(table().text()).isEqualTo("""
                        layer           parameters    bytes
                        conv\\u001b[31m   1,234,567  4.94 MB
                        relu                     -      0 B
                        -----------------------------------
                        2 layers         1,234,567  4.94 MB
                        """);
    }

    @Test
    void gives_json_bare_values_without_totals() {
        assertThat(Json.text(table().json())).isEqualToIgnoringNewLines("""
                        [ {
                          "layer" : "conv\\u001B[31m",
                          "parameters" : 1234567,
                          "bytes" : 4940000
                        }, {
                          "layer" : "relu",
                          "parameters" : null,
                          "bytes" : 0
                        } ]""");
    }

    @Test
    void refuses_rows_of_another_width() {
        assertThatThrownBy(() -> table().row("conv")).hasMessage("1 cells for 3 columns");
    }

    @Test
    void shortens_names_that_would_flood_the_screen() {
        Table t = new Table(Column.text("name", "name")).row("x".repeat(1000));
        assertThat(t.text().lines().skip(1)).containsExactly("x".repeat(57) + "...");
    }
}
