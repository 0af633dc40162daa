package espalier.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import espalier.exit.Entropy;
import espalier.exit.ExitPoints;
import espalier.graph.Model;
import espalier.onnx.OnnxText;
import espalier.pass.ExitStages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExitManifestTest {
    @TempDir
    private Path folder;

    private Path manifest = Path.of("");

    /** A value that both exits read, and a shape that the second stage must compute again. */
    static Model model(String batch) {
        Model m = OnnxText.parse("""
                <ir_version: 8, opset_import: ["" : 17]>
                g (float[%s,4] x) => (float[N,4] y, float[N,4] early) {
                  a = Relu(x)
                  s = Shape(a)
                  early = Neg(a)
                  b = Exp(a)
                  c = Add(b, x)
                  y = Reshape(c, s)
                }
                """.formatted(batch));
        return new ExitPoints(List.of("a"), List.of("early"), new Entropy(), List.of(0.25)).into(m);
    }

    @BeforeEach
    void written() throws IOException {
        manifest = ExitManifest.write(model("N"), ExitStages.of(model("N")), folder);
    }

    @Test
    void a_stage_computes_what_is_new_and_passes_on_what_is_needed() throws IOException {
        ExitManifest read = ExitManifest.read(manifest);
        assertThat(read.stages().get(0).inputs()).containsExactly("x");
        assertThat(read.stages().get(0).carries()).containsExactly("a");
        assertThat(read.stages().get(1).inputs()).containsExactlyInAnyOrder("a", "x");
        assertThat(read.policy()).isEqualTo(new ExitPolicy(new Entropy(), List.of(0.25)));
    }

    @Test
    void a_file_that_is_missing_or_altered_is_named() throws IOException {
        Path stage = folder.resolve("stage2.onnx");
        byte[] content = Files.readAllBytes(stage);
        content[content.length - 1] ^= 1;
        Files.write(stage, content);
        assertThatThrownBy(() -> EarlyExitSession.open(manifest))
                .hasMessage(manifest + ": 'stage2.onnx' is not the file it was written for (SHA-256 differs): copy the"
                        + " whole folder again");
        Files.delete(stage);
        assertThatThrownBy(() -> EarlyExitSession.open(manifest))
                .hasMessage(manifest + ": 'stage2.onnx' is missing beside it: copy the whole folder");
    }

    @Test
    void a_manifest_that_is_none_is_refused() throws IOException {
        String good = Files.readString(manifest);
        refuses("{", ":1: not valid JSON: it ends too early");
        refuses("[1]", ": is not a manifest");
        refuses(good.replace("espalier-exits", "other"), ": is not a manifest of the format 'espalier-exits'");
        refuses(
                good.replace("\"version\": 1", "\"version\": 2"),
                ": has version 2, this program reads up to 1: update it");
        refuses(good.replace("[0.25]", "[]"), ": has 2 stages and 0 thresholds: every stage but the last needs one");
        refuses(
                good.replace("stage1.onnx", "../stage1.onnx"),
                ": stages[0]: '../stage1.onnx' is not the name of a file beside it");
        refuses(good.replace("0.25", "\"a\""), ": 'thresholds' must be a list of numbers");
    }

    private void refuses(String text, String message) throws IOException {
        Files.writeString(manifest, text);
        assertThatThrownBy(() -> EarlyExitSession.open(manifest)).hasMessage(manifest + message);
    }

    @Test
    void a_model_of_a_fixed_batch_cannot_lose_samples() {
        assertThatThrownBy(() -> ExitStages.of(model("2")))
                .hasMessageContaining("carries no batch, so samples cannot leave one by one");
        assertThatThrownBy(() -> ExitStages.of(OnnxText.parse(
                        "<ir_version: 8, opset_import: [\"\" : 17]> g (float[N] x) => (float[N] y) { y = Neg(x) }")))
                .hasMessage("the model has one exit only: give it more with 'exits'");
    }
}
