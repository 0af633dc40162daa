package espalier.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import espalier.graph.BadInputException;
import espalier.graph.Model;
import espalier.graph.Tensor;
import espalier.graph.ValueInfo;
import espalier.onnx.OnnxFile;
import espalier.onnx.Weights;
import espalier.op.InputShapes;
import espalier.zoo.Zoo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that is read and written again gives the same outputs in ONNX Runtime, bit by bit. */
class RoundTripTest {
    private static final Path DATA = Path.of("/usr/share/libonnx-testdata/data");

    @TempDir
    Path folder;

    @Test
    void weights_inside_and_beside_give_the_same_outputs() throws IOException {
        for (String key : List.of("lenet5", "resnet8")) {
            Model m = Zoo.create(key, 3, 32, 32, 10, 1);
            Map<String, Tensor> in = RandomInputs.of(m, InputShapes.of(m, 3, Map.of()), 1);
            Path inside = folder.resolve(key + ".onnx");
            Path beside = folder.resolve(key + "-light.onnx");
            OnnxFile.write(m, inside);
            OnnxFile.write(OnnxFile.read(inside), beside, Weights.BESIDE);
            assertThat(outputs(beside, in)).as(key).isEqualTo(outputs(inside, in));
            assertThat(OnnxFile.read(beside)).isEqualTo(m);
        }
    }

    @Test
    void conformance_files_give_the_same_outputs() throws IOException {
        assumeTrue(Files.isDirectory(DATA), "libonnx-testdata is not installed");
        int compared = 0;
        for (Path dir : cases()) {
            Path file = dir.resolve("model.onnx");
            Path again = folder.resolve("again.onnx");
            Map<String, Tensor> in;
            Map<String, Tensor> expected;
            try {
                in = inputs(dir, OnnxFile.read(file));
                expected = outputs(file, in);
            } catch (BadInputException e) {
                continue; // inputs that are no tensors, or an operator ONNX Runtime does not have
            }
            OnnxFile.write(OnnxFile.read(file), again);
            assertThat(outputs(again, in)).as(dir.toString()).isEqualTo(expected);
            compared++;
        }
        assertThat(compared).isGreaterThan(MANY);
    }

    private static final int MANY = 100;

    /** Every third case, for speed. */
    private static List<Path> cases() throws IOException {
        try (Stream<Path> all = Files.walk(DATA, 2)) {
            List<Path> cases = all.filter(d -> Files.exists(d.resolve("model.onnx")))
                    .filter(d ->
                            !d.toString().contains("random") && !d.toString().contains("bernoulli"))
                    .sorted()
                    .toList();
            return Stream.iterate(0, i -> i < cases.size(), i -> i + 3)
                    .map(cases::get)
                    .toList();
        }
    }

    private static Map<String, Tensor> inputs(Path dir, Model model) throws IOException {
        Map<String, Tensor> in = new LinkedHashMap<>();
        int i = 0;
        for (ValueInfo v : model.graph().requiredInputs()) {
            in.put(v.name(), OnnxFile.tensor(Files.readAllBytes(dir.resolve("test_data_set_0/input_" + i++ + ".pb"))));
        }
        return in;
    }

    private static Map<String, Tensor> outputs(Path file, Map<String, Tensor> in) {
        try (OrtSession session = OrtSession.of(file, 1)) {
            return session.run(in);
        }
    }
}
