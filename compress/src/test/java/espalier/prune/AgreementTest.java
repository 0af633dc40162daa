package espalier.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import espalier.graph.Model;
import espalier.onnx.OnnxText;
import espalier.work.Workbench;
import org.junit.jupiter.api.Test;

class AgreementTest {
    /** One half in the bits of float16; 14338 is 0.501, 14541 is 0.6. */
    private static final String HALF = "14336";

    /** x in the given precision, times a factor near one half. */
    private static Model scaled(String type, String factor) {
        return OnnxText.parse("""
                <ir_version: 8, opset_import: ["" : 17]>
                scaled (float[N, 2] x) => (float[N, 2] y) <%1$s[1] factor = {%2$s}> {
                    narrow = Cast <to = %3$d> (x)
                    product = Mul (narrow, factor)
                    y = Cast <to = 1> (product)
                }
                """.formatted(type, factor, type.equals("float") ? 1 : 10));
    }

    private static String agreement(String type, String half, String factor) {
        Model original = scaled(type, half);
        Workbench bench = Desk.of(original, Desk.Clusters.of(8, 2, 2));
        return Agreement.of(original, scaled(type, factor), bench);
    }

    @Test
    void float_noise_is_told_and_no_error() {
        assertThat(agreement("float", "0.5", "0.5"))
                .isEqualTo("masked and cut network agree within 0 of their largest output");
    }

    @Test
    void half_precision_may_differ_by_its_rounding_and_no_more() {
        assertThat(agreement("float16", HALF, "14338")).startsWith("masked and cut network agree within 0.00");
        assertThatThrownBy(() -> agreement("float16", HALF, "14541"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("masked and cut network differ by 0.2");
        assertThatThrownBy(() -> agreement("float", "0.5", "0.501"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("masked and cut network differ by 0.0020 of their largest output");
    }
}
