package espalier.quantize;

import espalier.graph.Attribute;
import espalier.graph.BadInputException;
import espalier.graph.DType;
import espalier.graph.Graph;
import espalier.graph.Half;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.pass.Passes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Products of matrices whose left side gets its grid in each call, and embeddings whose rows are stored in whole numbers.
 *
 * <ol>
 *   <li>y = x W becomes {@code DynamicQuantizeLinear} of x, {@code MatMulInteger}, {@code Cast}, and {@code Mul} with both scales, which
 *       ONNX Runtime fuses; layers that read the same x share its grid. A bias is added as a float.
 *   <li>A row of an embedding is gathered in whole numbers and only then scaled, with a scale of its own: the reverse would convert the
 *       whole table in each call.
 * </ol>
 */
final class Dynamic {
    /** The first operator set with {@code DynamicQuantizeLinear}. */
    private static final int OPSET = 11;

    /** Smaller tables are not worth a node. */
    private static final long SMALLEST_TABLE = 4096;

    private static final int BYTE = 127;

    private final Model model;
    private final Graph graph;
    private final int high;
    private final Map<String, Tensor> initializers;
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, String[]> grids = new HashMap<>();
    private final Set<String> names;
    private String zero = "";

    private Dynamic(Model model, int high) {
        this.model = model;
        this.graph = model.graph();
        this.high = high;
        this.initializers = new LinkedHashMap<>(graph.initializers());
        this.names = new HashSet<>(graph.valueNames());
    }

    /**
     * @param products which layers are computed in whole numbers
     * @param high the largest whole number of a weight
     * @throws BadInputException when the model's operators are too old
     */
    static Model of(Model model, Predicate<Node> products, int high) {
        if (model.opset() < OPSET) {
            throw BadInputException.of(
                    "the model is of opset %d, but dynamic quantization needs 11: export it with a newer one",
                    model.opset());
        }
        return new Dynamic(model, high).model(products);
    }

    private Model model(Predicate<Node> products) {
        for (Node n : graph.nodes()) {
            if (isProduct(n, graph) && products.test(n)) {
                product(Weighted.of(n));
            } else if (isEmbedding(n)) {
                embedding(n);
            } else {
                nodes.add(n);
            }
        }
        return Passes.afterRewriting()
                .apply(model.withGraph(graph.withNodes(nodes).withInitializers(initializers)));
    }

    static boolean isProduct(Node n, Graph graph) {
        return Weighted.isKind(n)
                && !n.is("Conv")
                && Weighted.obstacle(n, graph).isEmpty();
    }

    private boolean isEmbedding(Node n) {
        Tensor table = graph.initializers().get(n.input(0));
        return n.is("Gather")
                && n.intAttr("axis", 0) == 0
                && table != null
                && table.dtype() == DType.FLOAT
                && table.shape().rank() == 2
                && table.elements() >= SMALLEST_TABLE;
    }

    private void product(Weighted layer) {
        Node n = layer.node();
        String[] x = grids.computeIfAbsent(n.input(0), this::grid);
        Signed w = Signed.of(layer.weight(graph), layer.axis(), high, new float[0], 1)
                .withHalfScales();
        Tensor numbers = layer.axis() == 1 ? w.numbers() : transposed(w.numbers());
        String name = n.input(1);
        String q = put(name + ".q", numbers);
        String scale = half(name + ".s", Shape.of(w.scales().length), w.scales());
        String y = n.output(0);
        String sum = add("MatMulInteger", List.of(x[0], q, x[2], zero()), fresh(name + ".i"), n.name());
        String real = real(sum, fresh(name + ".f"));
        String scales = add("Mul", List.of(x[1], scale), fresh(name + ".xs"), "");
        if (n.hasInput(2)) {
            String product = add("Mul", List.of(real, scales), fresh(name + ".y"), "");
            add("Add", List.of(product, n.input(2)), y, "");
        } else {
            add("Mul", List.of(real, scales), y, "");
        }
    }

    private String[] grid(String value) {
        String number = Integer.toString(grids.size());
        String[] parts = {fresh("x" + number + ".q"), fresh("x" + number + ".s"), fresh("x" + number + ".z")};
        nodes.add(Node.of("DynamicQuantizeLinear", List.of(value), List.of(parts), Map.of()));
        return parts;
    }

    private void embedding(Node n) {
        String name = n.input(0);
        Tensor table = Objects.requireNonNull(graph.initializers().get(name), name);
        Signed rows = Signed.of(table, 0, BYTE, new float[0], 1).withHalfScales();
        String q = put(name + ".q", rows.numbers());
        String scale = half(name + ".s", Shape.of(rows.scales().length, 1), rows.scales());
        String row = fresh(name + ".row");
        nodes.add(n.withInput(0, q).withOutputs(List.of(row)));
        String factor = add("Gather", List.of(scale, n.input(1)), fresh(name + ".factor"), "");
        add("Mul", List.of(real(row, fresh(name + ".f")), factor), n.output(0), "");
    }

    private String real(String value, String name) {
        nodes.add(Node.of("Cast", List.of(value), name).with("to", Attribute.of(DType.FLOAT.code())));
        return name;
    }

    /** Scales in half precision where that holds them, which are made floats when the model is loaded. */
    private String half(String wish, Shape shape, float[] values) {
        if (!Signed.areHalves(values)) {
            return put(wish, Tensor.floats(shape, values));
        }
        ByteBuffer b = Tensor.allocate(DType.FLOAT16, shape);
        for (float v : values) {
            b.putShort(Half.fromFloat(v));
        }
        return real(put(wish + "16", Tensor.of(DType.FLOAT16, shape, b.flip())), fresh(wish));
    }

    /** The zero point of all weights. */
    private String zero() {
        if (zero.isEmpty()) {
            zero = put("weight.zero", Tensor.zeros(DType.INT8, Shape.SCALAR));
        }
        return zero;
    }

    private static Tensor transposed(Tensor t) {
        int rows = (int) t.shape().dim(0);
        int columns = (int) t.shape().dim(1);
        ByteBuffer from = t.data();
        ByteBuffer to = Tensor.allocate(DType.INT8, Shape.of(columns, rows));
        for (int c = 0; c < columns; c++) {
            for (int r = 0; r < rows; r++) {
                to.put(from.get(r * columns + c));
            }
        }
        return Tensor.of(DType.INT8, Shape.of(columns, rows), to.flip());
    }

    private String add(String operator, List<String> inputs, String output, String name) {
        nodes.add(Node.of(operator, inputs, output).withName(name));
        return output;
    }

    private String put(String wish, Tensor value) {
        String name = fresh(wish);
        initializers.put(name, value);
        return name;
    }

    private String fresh(String wish) {
        String name = graph.freshName(wish);
        for (int i = 2; !names.add(name); i++) {
            name = graph.freshName(wish + "_" + i);
        }
        return name;
    }
}
