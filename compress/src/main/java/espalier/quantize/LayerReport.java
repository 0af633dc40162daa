package espalier.quantize;

import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.work.Referee;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * What became of each layer, as ONNX Runtime's optimized graph tells: fused to an operator on whole numbers, or a float, and why.
 *
 * @param operators of the optimized graph and how many of each there are
 */
record LayerReport(List<Row> rows, Map<String, Integer> operators) {
    private static final List<String> PRODUCTS = List.of("Conv", "Gemm", "MatMul");

    /**
     * One layer.
     *
     * @param runs the operator that computes it
     * @param why it is a float; empty where it is not
     */
    record Row(String layer, String runs, String why) {
        boolean isWhole() {
            return runs.startsWith("QLinear")
                    || runs.contains("Integer")
                    || runs.equals("QGemm")
                    || runs.contains("QuantizeMatMul");
        }
    }

    static LayerReport of(Model before, Model made, Function<Node, String> whyFloat, Referee referee) {
        Graph run = referee.optimized(made).graph();
        Map<String, Integer> operators = new TreeMap<>();
        run.nodes().forEach(n -> operators.merge(n.opType(), 1, Integer::sum));
        List<Row> rows = new ArrayList<>();
        for (Node n : before.graph().nodes()) {
            if (Weighted.isKind(n)) {
                String runs = runs(n, run);
                Row row = new Row(n.label(), runs, whyFloat.apply(n));
                rows.add(
                        row.isWhole() || !row.why().isEmpty()
                                ? row
                                : new Row(n.label(), runs, "ONNX Runtime did not fuse it"));
            }
        }
        return new LayerReport(rows, operators);
    }

    /** The operator that carries the layer's name, which ONNX Runtime may lengthen. */
    private static String runs(Node layer, Graph run) {
        Pattern name = Pattern.compile(Pattern.quote(layer.name()) + "(_token_\\d+|_quant|_[A-Za-z]+)?");
        return run.nodes().stream()
                .filter(n -> PRODUCTS.stream().anyMatch(n.opType()::contains))
                .filter(n -> name.matcher(n.name()).matches())
                .map(Node::opType)
                .findFirst()
                .orElse(layer.opType());
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        long whole = rows.stream().filter(Row::isWhole).count();
        lines.add(whole + " of " + rows.size() + " layers compute on whole numbers; ONNX Runtime runs " + counts());
        rows.stream()
                .filter(r -> !r.isWhole())
                .forEach(r -> lines.add(r.layer() + " stays a float (" + r.runs() + "): " + r.why()));
        return lines;
    }

    private String counts() {
        List<String> parts = new ArrayList<>();
        operators.forEach((op, n) -> parts.add(n + " " + op));
        return String.join(", ", parts);
    }

    Map<String, Object> details() {
        List<Map<String, Object>> list = new ArrayList<>();
        for (Row r : rows) {
            Map<String, Object> m = new LinkedHashMap<>();
            m.put("layer", r.layer());
            m.put("runs", r.runs());
            m.put("whole", r.isWhole());
            m.put("why", r.why());
            list.add(m);
        }
        return Map.of("layers", list, "operators", operators);
    }
}
