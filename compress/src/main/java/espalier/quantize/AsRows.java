package espalier.quantize;

import espalier.graph.Attribute;
import espalier.graph.DType;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.op.InputShapes;
import espalier.op.Trace;
import espalier.op.WeightInputs;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Linear layers with their outputs along the first axis of the weight, as convolutions have them: a {@code Gemm}, or a {@code MatMul}
 * of matrices, becomes a {@code Gemm} of the transposed weight, which computes the same. A weight that is read elsewhere too is left.
 */
final class AsRows {
    private AsRows() {}

    static Model of(Model model, Map<String, Shape> shapes) {
        Graph g = model.graph();
        List<Node> columns = g.nodes().stream().filter(n -> hasColumns(n, g)).toList();
        if (columns.isEmpty()) {
            return model;
        }
        Trace trace = Trace.of(model, InputShapes.of(model, 1, shapes));
        Map<String, Tensor> transposed = new LinkedHashMap<>();
        Set<Node> changed = new java.util.HashSet<>();
        for (Node n : columns) {
            if (n.is("Gemm")
                    || trace.type(n.input(0)).filter(t -> t.shape().rank() == 2).isPresent()) {
                transposed.put(n.input(1), transposed(g.constant(n.input(1)).orElseThrow()));
                changed.add(n);
            }
        }
        boolean needsBias =
                WeightInputs.gemmNeedsBias(model.opset()) && changed.stream().anyMatch(n -> !n.hasInput(2));
        String zero = g.freshName("zero.bias");
        if (needsBias) {
            transposed.put(zero, Tensor.floats(Shape.of(1), 0));
        }
        return model.withGraph(g.mapNodes(n -> changed.contains(n) ? gemm(n, needsBias ? zero : "") : n)
                .plusInitializers(transposed));
    }

    private static boolean hasColumns(Node n, Graph g) {
        Tensor w = g.initializers().get(n.input(1));
        return n.isStandard()
                && (n.is("MatMul") || n.is("Gemm") && n.intAttr("transB", 0) == 0)
                && w != null
                && w.dtype() == DType.FLOAT
                && w.shape().rank() == 2
                && g.edges().uses(n.input(1)).size() == 1;
    }

    /** @param bias for a layer that has none; empty where it needs none */
    private static Node gemm(Node n, String bias) {
        Map<String, Attribute> attributes = new LinkedHashMap<>(n.attributes());
        attributes.put("transB", Attribute.of(1));
        List<String> inputs = n.hasInput(2) || bias.isEmpty() ? n.inputs() : List.of(n.input(0), n.input(1), bias);
        return new Node(n.name(), "Gemm", n.domain(), inputs, n.outputs(), attributes, n.extra());
    }

    private static Tensor transposed(Tensor w) {
        int rows = Math.toIntExact(w.shape().dim(0));
        int columns = Math.toIntExact(w.shape().dim(1));
        float[] from = w.toFloats();
        float[] to = new float[from.length];
        for (int i = 0; i < from.length; i++) {
            to[i % columns * rows + i / columns] = from[i];
        }
        return Tensor.floats(Shape.of(columns, rows), to);
    }
}
