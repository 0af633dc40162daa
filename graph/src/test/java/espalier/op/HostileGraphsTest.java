package espalier.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import espalier.graph.Attribute;
import espalier.graph.BadInputException;
import espalier.graph.DType;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.graph.ValueInfo;
import espalier.onnx.OnnxFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Conformance cases with shapes, contents and attributes replaced at random: a trace ends, or says what does not fit. */
class HostileGraphsTest {
    private static final Path DATA = Path.of("/usr/share/libonnx-testdata/data/node");
    private static final long[] NASTY = {
        0, 1, -1, 2, 3, 7, -3, Integer.MAX_VALUE, Integer.MIN_VALUE, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE
    };

    private final Random random = new Random(5);

    @Test
    void nothing_but_a_message_comes_out_of_a_hostile_graph() throws IOException {
        assumeTrue(Files.isDirectory(DATA), "libonnx-testdata is not installed");
        List<Path> cases;
        try (Stream<Path> all = Files.list(DATA)) {
            cases = all.sorted().toList();
        }
        int refused = 0;
        for (Path dir : cases) {
            Model model = OnnxFile.read(dir.resolve("model.onnx"));
            for (int i = 0; i < 8; i++) {
                refused += traces(mutant(model), dir) ? 0 : 1;
            }
        }
        assertThat(refused).isGreaterThan(500);
    }

    private boolean traces(Model model, Path dir) {
        try {
            Cost.of(model, Trace.of(model, Map.of()));
            return true;
        } catch (BadInputException e) {
            assertThat(e.getMessage()).isNotBlank();
            return false;
        } catch (RuntimeException e) {
            throw new AssertionError(dir + ": " + model.graph().nodes(), e);
        }
    }

    private Model mutant(Model model) {
        Graph g = model.graph();
        Map<String, Tensor> constants = new HashMap<>();
        for (ValueInfo in : g.inputs()) {
            in.type().ifPresent(t -> tensor(t.dtype()).ifPresent(c -> constants.put(in.name(), c)));
        }
        return model.withGraph(g.mapNodes(this::mutant).plusInitializers(constants));
    }

    private java.util.Optional<Tensor> tensor(DType dtype) {
        if (dtype.bits() < 8) {
            return java.util.Optional.empty();
        }
        long[] dims = new long[random.nextInt(5)];
        for (int i = 0; i < dims.length; i++) {
            dims[i] = random.nextInt(5);
        }
        Shape shape = Shape.of(dims);
        if (!dtype.isInteger()) {
            return java.util.Optional.of(Tensor.zeros(dtype, shape));
        }
        long[] v = new long[(int) shape.elements()];
        java.util.Arrays.setAll(v, i -> nasty());
        return java.util.Optional.of(Numbers.tensor(dtype, shape, v));
    }

    private long nasty() {
        return random.nextInt(3) == 0 ? NASTY[random.nextInt(NASTY.length)] : random.nextInt(5) - 2;
    }

    private Node mutant(Node node) {
        Node n = node;
        for (Map.Entry<String, Attribute> a : node.attributes().entrySet()) {
            if (random.nextInt(3) == 0) {
                n = n.with(a.getKey(), mutant(a.getValue()));
            }
        }
        if (random.nextInt(4) == 0 && !n.inputs().isEmpty()) {
            n = n.withInputs(n.inputs().subList(0, random.nextInt(n.inputs().size())));
        }
        return n;
    }

    private Attribute mutant(Attribute a) {
        if (a instanceof Attribute.Int) {
            return Attribute.of(nasty());
        } else if (a instanceof Attribute.Ints i) {
            List<Long> v = new ArrayList<>();
            for (int k = random.nextInt(i.values().size() + 2); k > 0; k--) {
                v.add(nasty());
            }
            return new Attribute.Ints(v);
        }
        return random.nextInt(4) == 0 ? Attribute.of(1L) : a;
    }
}
