package espalier.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import espalier.data.DataSource;
import espalier.data.Normalization;
import espalier.graph.Model;
import espalier.onnx.OnnxText;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EquivalenceTest {
    /** One half in the bits of float16; 14338 is 0.501, 14541 is 0.6. */
    private static final String HALF = "14336";

    /** x in the given precision, times a factor near one half. */
    private static Model scaled(String type, String factor) {
        return OnnxText.parse("""
                <ir_version: 8, opset_import: ["" : 17]>
                scaled (float[N, 1, 4, 4] x) => (float[N, 1, 4, 4] y) <%1$s[1] factor = {%2$s}> {
                    narrow = Cast <to = %3$d> (x)
                    product = Mul (narrow, factor)
                    y = Cast <to = 1> (product)
                }
                """.formatted(type, factor, type.equals("float") ? 1 : 10));
    }

    private static String checked(String type, String half, String factor) {
        Model original = scaled(type, half);
        Workbench bench = new Workbench(
                original,
                DataSource.of(new Spots(0, 8, true)),
                Normalization.NONE,
                OrtJudge.still(),
                Monitor.SILENT,
                Path.of("none.ckpt"),
                1,
                Optional.empty());
        return Equivalence.require("masked and cut network", original, scaled(type, factor), bench);
    }

    @Test
    void float_noise_is_told_and_no_error() {
        assertThat(checked("float", "0.5", "0.5"))
                .isEqualTo("masked and cut network agree within 0 of their largest output");
    }

    @Test
    void half_precision_may_differ_by_its_rounding_and_no_more() {
        assertThat(checked("float16", HALF, "14338")).startsWith("masked and cut network agree within 0.00");
        assertThatThrownBy(() -> checked("float16", HALF, "14541"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("masked and cut network differ by 0.2");
        assertThatThrownBy(() -> checked("float", "0.5", "0.501"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("masked and cut network differ by 0.0020 of their largest output");
    }
}
