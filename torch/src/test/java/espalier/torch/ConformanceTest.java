package espalier.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import espalier.graph.BadInputException;
import espalier.graph.DType;
import espalier.graph.Model;
import espalier.graph.ValueInfo;
import espalier.onnx.OnnxFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

/**
 * ONNX's own test cases, where Debian's package libonnx-testdata is installed: every case whose operators are all supported passes
 * or stands in {@code conformance-skips.txt} with the reason.
 */
class ConformanceTest {
    private static final Path DATA = Path.of("/usr/share/libonnx-testdata/data");
    private static final List<String> SUITES = List.of("node", "pytorch-converted", "pytorch-operator");
    private static final double RELATIVE = 1e-3;
    private static final double ABSOLUTE = 1e-7;
    private static final int AT_LEAST = 900;

    private final List<String> passed = new ArrayList<>();
    private final Map<String, String> failed = new TreeMap<>();
    private final Map<String, String> unsupported = new TreeMap<>();

    @Test
    void every_supported_case_passes_or_is_skipped_with_a_reason() throws IOException {
        assumeTrue(Files.isDirectory(DATA), "libonnx-testdata is not installed");
        Map<String, String> skips = skips();
        for (String suite : SUITES) {
            for (Path test : tests(suite)) {
                judge(suite + "/" + test.getFileName(), test);
            }
        }
        List<String> unexpected = failed.entrySet().stream()
                .filter(f -> !skips.containsKey(f.getKey()))
                .map(f -> f.getKey() + ": " + f.getValue())
                .toList();
        System.out.printf(
                "conformance: %d passed, %d skipped, %d with unsupported operators or types%n",
                passed.size(), failed.size() - unexpected.size(), unsupported.size());
        write();
        assertThat(unexpected).isEmpty();
        assertThat(skips.keySet()).as("cases on the skip list that pass").doesNotContainAnyElementsOf(passed);
        assertThat(passed.size()).isGreaterThanOrEqualTo(AT_LEAST);
    }

    private void write() throws IOException {
        Files.createDirectories(Path.of("target"));
        Files.writeString(
                Path.of("target/conformance.txt"),
                Stream.of(failed, unsupported)
                        .map(m -> m.entrySet().stream()
                                .map(e -> e.getKey() + ": " + e.getValue())
                                .collect(Collectors.joining("\n")))
                        .collect(Collectors.joining("\n\n")));
    }

    private static List<Path> tests(String suite) throws IOException {
        try (Stream<Path> all = Files.list(DATA.resolve(suite))) {
            return all.sorted().toList();
        }
    }

    private void judge(String name, Path test) {
        Model model;
        Map<String, espalier.graph.Tensor> inputs = new LinkedHashMap<>();
        List<espalier.graph.Tensor> expected = new ArrayList<>();
        try (Program program = Program.of(model = OnnxFile.read(test.resolve("model.onnx")))) {
            Path set = test.resolve("test_data_set_0");
            List<ValueInfo> declared = model.graph().inputs();
            for (int i = 0; Files.exists(set.resolve("input_" + i + ".pb")); i++) {
                inputs.put(declared.get(i).name(), tensor(declared.get(i), set.resolve("input_" + i + ".pb")));
            }
            for (int i = 0; Files.exists(set.resolve("output_" + i + ".pb")); i++) {
                expected.add(tensor(model.graph().outputs().get(i), set.resolve("output_" + i + ".pb")));
            }
            run(name, program, inputs, expected);
        } catch (BadInputException e) {
            unsupported.put(name, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static espalier.graph.Tensor tensor(ValueInfo declared, Path file) throws IOException {
        if (declared.type().isEmpty()) {
            throw BadInputException.of("'%s' is not a tensor", declared.name());
        }
        espalier.graph.Tensor t = OnnxFile.tensor(Files.readAllBytes(file));
        Tensors.exact(t.dtype());
        boolean bitPattern = declared.type().get().dtype() == DType.BFLOAT16 && t.dtype() == DType.UINT16;
        return bitPattern ? espalier.graph.Tensor.of(DType.BFLOAT16, t.shape(), t.data()) : t;
    }

    private void run(
            String name,
            Program program,
            Map<String, espalier.graph.Tensor> inputs,
            List<espalier.graph.Tensor> expected) {
        try (PointerScope scope = new PointerScope();
                AutoGradMode noGrad = new AutoGradMode(false)) {
            Map<String, Tensor> given = new LinkedHashMap<>();
            inputs.forEach((n, t) -> given.put(n, Tensors.of(t)));
            List<Tensor> out = List.copyOf(program.run(given, Mode.EVAL).values());
            for (int i = 0; i < expected.size(); i++) {
                String difference =
                        difference(Tensors.toHost(out.get(i), expected.get(i).dtype()), expected.get(i));
                if (!difference.isEmpty()) {
                    failed.put(name, "output " + i + ": " + difference);
                    return;
                }
            }
            passed.add(name);
        } catch (RuntimeException e) {
            failed.put(name, e.toString().lines().findFirst().orElse(""));
        }
    }

    private static String difference(espalier.graph.Tensor actual, espalier.graph.Tensor expected) {
        if (!actual.shape().equals(expected.shape())) {
            return "shape " + actual.shape() + " instead of " + expected.shape();
        }
        for (int i = 0; i < expected.elements(); i++) {
            double a = actual.doubleAt(i);
            double e = expected.doubleAt(i);
            boolean close = a == e || Math.abs(a - e) <= ABSOLUTE + RELATIVE * Math.abs(e) || a != a && e != e;
            if (!close) {
                return "element " + i + " is " + a + " instead of " + e;
            }
        }
        return "";
    }

    /** One case a line: its name, a blank, the reason. */
    private static Map<String, String> skips() throws IOException {
        try (InputStream in = ConformanceTest.class.getResourceAsStream("conformance-skips.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(l -> !l.isBlank() && !l.startsWith("#"))
                    .collect(Collectors.toMap(l -> l.split(" ", 2)[0], l -> l.split(" ", 2)[1]));
        }
    }
}
