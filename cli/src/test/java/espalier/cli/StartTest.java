package espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import espalier.onnx.OnnxFile;
import espalier.onnx.OnnxText;
import espalier.zoo.Zoo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands that do not train must run where libtorch cannot, and start fast. */
class StartTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "doctor",
                "inspect MODEL",
                "inspect MODEL --groups",
                "eval --help",
                "train --help",
                "methods",
                "data list"
            })
    void loads_no_native_library_and_nothing_else_that_is_slow(String line) throws Exception {
        Path model = folder.resolve("model.onnx");
        OnnxFile.write(Zoo.create("resnet8", 3, 8, 8, 10, 1), model);
        assertThat(classesLoadedBy(line.replace("MODEL", model.toString()).split(" ")))
                .contains("espalier.cli.Main")
                .noneMatch(c -> c.startsWith("org.bytedeco.")
                        || c.startsWith("ai.onnxruntime.")
                        || c.startsWith("tools.jackson.")
                        || c.startsWith("org.slf4j."));
    }

    @Test
    void quantizing_without_training_loads_no_libtorch() throws Exception {
        Path model = folder.resolve("model.onnx");
        OnnxFile.write(OnnxText.parse("""
                        <ir_version: 8, opset_import: ["" : 17]>
                        g (float[N,2] x) => (float[N,3] s) <float[2,3] w = {1, 0, 0, 0, 1, 0}> { s = MatMul(x, w) }"""), model);
        Path data = Files.writeString(folder.resolve("points.csv"), "a,b,class\n2,1,x\n1,2,y\n1,0,y\n-1,-2,z\n");
        Path out = folder.resolve("quantized");
        assertThat(classesLoadedBy(
                        ("quantize " + model + " --data " + data + " --measured false --output " + out).split(" ")))
                .contains("espalier.quantize.Quantization")
                .noneMatch(c -> c.startsWith("org.bytedeco."));
        assertThat(out.resolve("model.onnx")).exists();
    }

    @Test
    void this_test_sees_what_is_loaded() throws Exception {
        assertThat(classesLoadedBy("doctor", "--json")).anyMatch(c -> c.startsWith("tools.jackson."));
        assertThat(classesLoadedBy("doctor", "--load")).anyMatch(c -> c.startsWith("ai.onnxruntime."));
    }

    private List<String> classesLoadedBy(String... args) throws IOException, InterruptedException {
        Path log = folder.resolve("classes.log");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xlog:class+load:file=" + log + "::filecount=0",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(Arrays.asList(args));
        Process p = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("out").toFile())
                .start();
        assertThat(p.waitFor()).isZero();
        try (var lines = Files.lines(log)) {
            return lines.map(l -> l.replaceFirst("^(\\[[^]]*])+ *", "").split(" ")[0])
                    .toList();
        }
    }
}
