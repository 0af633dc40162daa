package espalier.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import espalier.graph.BadInputException;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Tensor;
import espalier.graph.ValueInfo;
import espalier.onnx.OnnxFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** Types and host values against the stored outputs of ONNX's own conformance cases, as Debian packages them. */
class ConformanceTest {
    private static final Path DATA = Path.of("/usr/share/libonnx-testdata/data");

    private int typed;
    private int computed;
    private int untyped;
    private final List<String> failures = new ArrayList<>();

    @Test
    void types_and_host_values_are_those_of_the_conformance_cases(TestReporter reporter) throws IOException {
        assumeTrue(Files.isDirectory(DATA), "libonnx-testdata is not installed");
        for (String family : List.of("node", "pytorch-operator", "pytorch-converted", "simple")) {
            try (Stream<Path> cases = Files.list(DATA.resolve(family))) {
                cases.filter(c -> !hasMistypedData(c)).sorted().forEach(this::check);
            }
        }
        reporter.publishEntry(
                "conformance", typed + " typed, " + computed + " computed, " + untyped + " without a rule");
        assertThat(failures).isEmpty();
        assertThat(typed).isGreaterThanOrEqualTo(880);
        assertThat(computed).isGreaterThanOrEqualTo(380);
    }

    /** The data of these cases are typed uint16 where the model says bfloat16. */
    private static boolean hasMistypedData(Path dir) {
        return dir.getFileName().toString().contains("BFLOAT16");
    }

    private void check(Path dir) {
        try {
            Optional<Case> read = Case.read(dir);
            if (read.isEmpty()) {
                untyped++;
                return;
            }
            compare(dir.getFileName().toString(), read.get());
        } catch (BadInputException | IOException e) {
            failures.add(dir.getFileName() + ": " + e.getMessage());
        }
    }

    private void compare(String name, Case c) {
        Trace trace = Trace.of(c.model, Map.of());
        List<Node> nodes = c.model.graph().nodes();
        Optional<ShapeRule> rule = nodes.size() == 1 ? ShapeRules.of(nodes.get(0)) : Optional.empty();
        boolean known = c.outputs.keySet().stream().allMatch(trace::knows);
        typed += known ? 1 : 0;
        untyped += known ? 0 : 1;
        c.outputs.forEach((output, expected) -> {
            if (trace.knows(output)) {
                same(name + " type", trace.type(output).orElseThrow(), TensorType.of(expected));
            }
            trace.constant(output).ifPresent(t -> values(name, t, expected));
        });
        if (c.outputs.keySet().stream().allMatch(o -> trace.constant(o).isPresent())) {
            computed++;
        }
        if (rule.isPresent() && known) {
            List<TensorType> types = rule.get().outputs(trace.site(nodes.get(0)));
            for (int i = 0; i < nodes.get(0).outputs().size(); i++) {
                Tensor expected = c.outputs.get(nodes.get(0).output(i));
                if (expected != null) {
                    same(name + " rule", types.get(i), TensorType.of(expected));
                }
            }
        }
    }

    private void same(String what, Object actual, Object expected) {
        if (!actual.equals(expected)) {
            failures.add(what + ": " + actual + " instead of " + expected);
        }
    }

    private void values(String name, Tensor actual, Tensor expected) {
        for (int i = 0; i < Math.min(actual.elements(), expected.elements()); i++) {
            boolean bad = expected.dtype().isFloating()
                    ? !close(actual.doubleAt(i), expected.doubleAt(i))
                    : actual.longAt(i) != expected.longAt(i);
            if (bad) {
                failures.add(
                        name + ": element " + i + " is " + actual.doubleAt(i) + " instead of " + expected.doubleAt(i));
                return;
            }
        }
    }

    private static boolean close(double actual, double expected) {
        return Double.compare(actual, expected) == 0 || Math.abs(actual - expected) <= 1e-7 + 1e-3 * Math.abs(expected);
    }

    /** A model whose inputs have become initializers, and what its outputs should be. */
    private record Case(Model model, Map<String, Tensor> outputs) {

        /** Empty where inputs or outputs are not dense tensors of numbers. */
        static Optional<Case> read(Path dir) throws IOException {
            Path set = dir.resolve("test_data_set_0");
            Model model = OnnxFile.read(dir.resolve("model.onnx"));
            Graph g = model.graph();
            if (Stream.concat(g.inputs().stream(), g.outputs().stream())
                    .anyMatch(v -> v.type().isEmpty())) {
                return Optional.empty();
            }
            Map<String, Tensor> in = tensors(set, "input", g.requiredInputs());
            Map<String, Tensor> out = tensors(set, "output", g.outputs());
            return Optional.of(new Case(
                    model.withGraph(g.plusInitializers(in)
                            .withOutputs(g.outputs().stream()
                                    .map(o -> new ValueInfo(o.name(), Optional.empty(), o.extra()))
                                    .toList())),
                    out));
        }

        private static Map<String, Tensor> tensors(Path set, String kind, List<ValueInfo> names) throws IOException {
            Map<String, Tensor> out = new LinkedHashMap<>();
            for (int i = 0; i < names.size(); i++) {
                Path file = set.resolve(kind + "_" + i + ".pb");
                if (Files.exists(file)) {
                    out.put(names.get(i).name(), OnnxFile.tensor(Files.readAllBytes(file)));
                }
            }
            return out;
        }
    }
}
