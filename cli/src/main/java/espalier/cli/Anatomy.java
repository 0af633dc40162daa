package espalier.cli;

import espalier.graph.Model;
import espalier.graph.Shape;
import espalier.graph.ValueInfo;
import espalier.op.Cost;
import espalier.op.NodeCost;
import espalier.op.SymbolicShapes;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A model taken apart.
 *
 * @param bytes of its files
 * @param batch for which MACs and memory are counted
 * @param cost of one call
 * @param layers one row for each node
 */
record Anatomy(ModelFile file, long bytes, long batch, Cost cost, Table layers) implements Document {
    private static final int LONGEST = 100;

    static Anatomy of(ModelFile file, long batch, Map<String, Shape> given) throws IOException {
        Map<String, Shape> inputs = file.shapes(batch, given);
        SymbolicShapes shapes = file.symbolic(given);
        Cost cost = file.cost(inputs);
        Table layers = new Table(
                Column.text("node", "node"),
                Column.text("operator", "operator"),
                Column.text("output", "output"),
                Column.count("parameters", "parameters"),
                Column.amount("macs", "MACs"),
                Column.bytes("bytes", "weights"));
        for (NodeCost n : cost.nodes()) {
            layers.row(
                    n.node().label(),
                    n.node().qualifiedType(),
                    shapes.text(n.node().id()),
                    n.parameters(),
                    n.macs(),
                    n.parameterBytes());
        }
        return new Anatomy(file, file.bytes(), file.batch(batch), cost, layers);
    }

    /** The JSON document: what the text has, in numbers. */
    @Override
    public Map<String, Object> json() {
        Map<String, Object> document = new LinkedHashMap<>();
        Model model = file.model();
        document.put("model", file.name());
        document.put("producer", model.producer());
        document.put("irVersion", model.irVersion());
        document.put("opsets", opsets(model));
        document.put("metadata", model.metadata());
        document.put("inputs", named(model.graph().requiredInputs()));
        document.put("outputs", named(model.graph().outputs()));
        document.put("bytes", bytes);
        document.put("parameters", cost.parameters());
        document.put("batch", batch);
        document.put("macs", cost.macs());
        document.put("peakActivationBytes", cost.peakActivationBytes());
        document.put("layers", layers.json());
        return document;
    }

    private static Map<String, Long> opsets(Model model) {
        Map<String, Long> opsets = new LinkedHashMap<>();
        model.opsets().forEach((domain, version) -> opsets.put(domain.isEmpty() ? "opset" : domain, version));
        return opsets;
    }

    private static Map<String, String> named(List<ValueInfo> values) {
        Map<String, String> types = new LinkedHashMap<>();
        values.forEach(v -> types.put(v.name(), type(v)));
        return types;
    }

    private static String type(ValueInfo value) {
        return value.type().map(Object::toString).orElse("not a tensor");
    }

    @Override
    public String text() {
        return head() + "\n" + layers.text() + "\n" + foot();
    }

    private String head() {
        Model model = file.model();
        StringBuilder out = new StringBuilder();
        String opsets = opsets(model).entrySet().stream()
                .map(e -> e.getKey() + " " + e.getValue())
                .collect(Collectors.joining(", "));
        line(
                out,
                file.name() + ": " + Figures.bytes(bytes) + ", " + opsets + ", IR " + model.irVersion()
                        + (model.producer().isEmpty() ? "" : ", by " + model.producer()));
        model.graph().requiredInputs().forEach(v -> line(out, "input   " + v.name() + " " + type(v)));
        model.graph().outputs().forEach(v -> line(out, "output  " + v.name() + " " + type(v)));
        model.metadata().forEach((key, value) -> line(out, Escape.shortened(key + ": " + value, LONGEST)));
        return out.toString();
    }

    private String foot() {
        StringBuilder out = new StringBuilder();
        line(
                out,
                Figures.count(cost.nodes().size()) + " nodes, " + Figures.count(cost.parameters()) + " parameters, "
                        + Figures.amount(cost.macs()) + " MACs and " + Figures.bytes(cost.peakActivationBytes())
                        + " of activations at most for a batch of " + batch);
        if (!cost.unknown().isEmpty()) {
            String operators = cost.unknown().stream()
                    .map(n -> n.qualifiedType())
                    .distinct()
                    .collect(Collectors.joining(", "));
            line(out, cost.unknown().size() + " nodes have no known shape and count as free: " + operators);
        }
        return out.toString();
    }

    private static void line(StringBuilder out, String text) {
        out.append(Escape.controls(text)).append('\n');
    }
}
