package espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import espalier.graph.DType;
import espalier.graph.Model;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.onnx.OnnxFile;
import espalier.pack.PackedFile;
import espalier.runtime.OrtSession;
import espalier.zoo.Zoo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class PackCommandTest {
    @TempDir
    Path folder;

    private Path model() throws IOException {
        Model model = Zoo.create("lenet5", 1, 16, 16, 10, 1);
        Random random = new Random(5);
        Map<String, Tensor> changed = new LinkedHashMap<>(model.graph().initializers());
        changed.replaceAll((name, t) -> {
            float[] v = t.toFloats();
            for (int i = 0; i < v.length && v.length > 500; i++) {
                v[i] = random.nextInt(10) == 0 ? Math.round(40 * v[i]) / 40f + 0.0125f : 0;
            }
            return t.dtype() == DType.FLOAT ? Tensor.floats(t.shape(), v) : t;
        });
        Path file = folder.resolve("model.onnx");
        Map<String, String> said = Map.of("note", "of nothing that is computed", Model.NORMALIZATION, "0.5/0.25");
        OnnxFile.write(model.withGraph(model.graph().withInitializers(changed)).withMetadata(said), file);
        return file;
    }

    private static Tensor scores(Path file) {
        float[] pixels = new float[2 * 256];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (i * 37 % 101) / 101f;
        }
        try (OrtSession session = OrtSession.of(file, 1)) {
            String input = session.inputs().get(0);
            return session.run(Map.of(input, Tensor.floats(Shape.of(2, 1, 16, 16), pixels)))
                    .values()
                    .iterator()
                    .next();
        }
    }

    @Test
    void packs_runs_and_unpacks_bit_for_bit() throws IOException {
        Path onnx = model();
        Path packed = folder.resolve("model.esp");
        CommandRun pack = CommandRun.of("pack", onnx.toString());
        assertThat(pack.code()).isEqualTo(ExitCode.DONE);
        assertThat(pack.out()).contains("sparse labels").contains("together").contains("times smaller");
        assertThat(Files.size(packed)).isLessThan(Files.size(onnx) / 10);
        assertThat(scores(packed)).isEqualTo(scores(onnx));

        Path back = folder.resolve("back.onnx");
        assertThat(CommandRun.of("unpack", packed.toString(), "-o", back.toString())
                        .code())
                .isEqualTo(ExitCode.DONE);
        assertThat(Files.readAllBytes(back)).isEqualTo(Files.readAllBytes(onnx));
        assertThat(CommandRun.of("inspect", packed.toString()).code()).isEqualTo(ExitCode.DONE);
    }

    @Test
    void strips_and_writes_plain_onnx_that_computes_the_same() throws IOException {
        Path onnx = model();
        Path bare = folder.resolve("bare.esp");
        Path labels = folder.resolve("labels.onnx");
        assertThat(CommandRun.of("pack", onnx.toString(), "--strip", "-o", bare.toString())
                        .code())
                .isEqualTo(ExitCode.DONE);
        assertThat(CommandRun.of("pack", onnx.toString(), "--onnx", "-o", labels.toString())
                        .code())
                .isEqualTo(ExitCode.DONE);
        assertThat(scores(bare)).isEqualTo(scores(onnx));
        assertThat(PackedFile.read(bare).metadata()).containsExactly(Map.entry(Model.NORMALIZATION, "0.5/0.25"));
        assertThat(scores(labels)).isEqualTo(scores(onnx));
        assertThat(Files.size(labels)).isLessThan(Files.size(onnx) / 3);
        assertThat(PackedFile.read(bare).graph().inputs())
                .isEqualTo(OnnxFile.read(onnx).graph().inputs());
    }

    @Test
    void batch_norms_take_less_without_their_statistics() throws IOException {
        Path onnx = folder.resolve("norms.onnx");
        Path whole = folder.resolve("whole.esp");
        Path folded = folder.resolve("folded.esp");
        OnnxFile.write(Zoo.create("lenet-bn", 1, 16, 16, 10, 1), onnx);
        assertThat(CommandRun.of("pack", onnx.toString(), "-o", whole.toString())
                        .code())
                .isEqualTo(ExitCode.DONE);
        assertThat(CommandRun.of("pack", onnx.toString(), "--fold-statistics", "-o", folded.toString())
                        .code())
                .isEqualTo(ExitCode.DONE);
        assertThat(Files.size(folded)).isLessThan(Files.size(whole));
        assertThat(scores(folded).toFloats()).containsExactly(scores(onnx).toFloats(), within(1e-5f));
    }

    @Test
    void the_folder_of_the_file_is_made() throws IOException {
        Path packed = folder.resolve("new/model.esp");
        Path back = folder.resolve("newer/model.onnx");
        assertThat(CommandRun.of("pack", model().toString(), "-o", packed.toString())
                        .code())
                .isEqualTo(ExitCode.DONE);
        assertThat(CommandRun.of("unpack", packed.toString(), "-o", back.toString())
                        .code())
                .isEqualTo(ExitCode.DONE);
        assertThat(back).isRegularFile();
    }

    @Test
    void sizes_of_plain_onnx_are_printed_as_json() throws IOException {
        Path onnx = model();
        Path labels = folder.resolve("labels.onnx");
        CommandRun run = CommandRun.of("pack", onnx.toString(), "--onnx", "-o", labels.toString(), "--json");
        JsonNode json = JsonMapper.shared().readTree(run.out());
        assertThat(json.get("file").asString("")).isEqualTo(labels.toString());
        assertThat(json.get("bytes").asLong()).isEqualTo(Files.size(labels));
        assertThat(json.get("before").asLong()).isEqualTo(Files.size(onnx));
    }

    @Test
    void does_not_overwrite_unless_asked() throws IOException {
        Path onnx = model();
        Path packed = folder.resolve("model.esp");
        Files.writeString(packed, "mine");
        CommandRun refused = CommandRun.of("pack", onnx.toString());
        assertThat(refused.code()).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(refused.err().strip())
                .isEqualTo("espalier: " + packed + ": exists already: name another with -o, or give --force");
        assertThat(CommandRun.of("pack", onnx.toString(), "--force").code()).isEqualTo(ExitCode.DONE);
    }
}
