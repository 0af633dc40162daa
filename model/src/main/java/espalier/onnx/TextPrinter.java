package espalier.onnx;

import espalier.graph.Attribute;
import espalier.graph.DType;
import espalier.graph.Dim;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Tensor;
import espalier.graph.ValueInfo;
import java.util.List;
import java.util.Map;

/** Writes ONNX text. */
final class TextPrinter {
    private final StringBuilder out = new StringBuilder();
    private final int longest;
    private final boolean outline;

    private TextPrinter(int longest, boolean outline) {
        this.longest = longest;
        this.outline = outline;
    }

    static TextPrinter whole() {
        return new TextPrinter(Integer.MAX_VALUE, false);
    }

    /** For people: tensors that are long or of strings are shown as <code>{...}</code>, control characters in names as question marks. */
    static TextPrinter outline(int longest) {
        return new TextPrinter(longest, true);
    }

    String model(Model m) {
        out.append("<\n   ir_version: ").append(m.irVersion()).append(",\n   opset_import: [");
        String separator = "";
        for (Map.Entry<String, Long> o : m.opsets().entrySet()) {
            quote(separator, o.getKey()).append(" : ").append(o.getValue());
            separator = ", ";
        }
        out.append(']');
        header("producer_name", m.producer());
        if (!m.extra().isEmpty()) {
            Message extra = Message.of(m.extra().bytes());
            header("producer_version", extra.text(3));
            header("domain", extra.text(4));
            if (extra.has(5)) {
                out.append(",\n   model_version: ").append(extra.number(5, 0));
            }
            header("doc_string", extra.text(6));
        }
        if (!m.metadata().isEmpty()) {
            out.append(",\n   metadata_props: [");
            separator = "";
            for (Map.Entry<String, String> p : m.metadata().entrySet()) {
                quote(separator, p.getKey());
                quote(": ", p.getValue());
                separator = ", ";
            }
            out.append(']');
        }
        out.append("\n>\n");
        graph(m.graph(), "");
        return out.append('\n').toString();
    }

    private void header(String key, String value) {
        if (!value.isEmpty()) {
            quote(",\n   " + key + ": ", value);
        }
    }

    private StringBuilder quote(String before, String text) {
        out.append(before);
        OnnxText.quote(outline ? visible(text) : text, out);
        return out;
    }

    private static String visible(String text) {
        StringBuilder out = new StringBuilder();
        text.chars().forEach(c -> out.append(Character.isISOControl(c) ? '?' : (char) c));
        return out.toString();
    }

    private void name(String name) {
        if (OnnxText.isReserved(name)) {
            quote("", name);
        } else {
            word(name);
        }
    }

    /** An operator or a part of its domain: no other word can stand there. */
    private void word(String word) {
        if (TextScanner.isWord(word)) {
            out.append(word);
        } else {
            quote("", word);
        }
    }

    private void names(List<String> names) {
        String separator = "";
        for (String n : names) {
            out.append(separator);
            name(n);
            separator = ", ";
        }
    }

    private void graph(Graph g, String indent) {
        name(g.name().isEmpty() ? "graph" : g.name());
        values(" (", g.inputs(), ") => (");
        values("", g.outputs(), ")");
        if (!g.initializers().isEmpty() || !g.valueInfo().isEmpty()) {
            String separator = " <\n";
            for (Map.Entry<String, Tensor> e : g.initializers().entrySet()) {
                out.append(separator).append(indent).append("   ");
                tensorType(e.getValue()).append(' ');
                name(e.getKey());
                out.append(" = ");
                elements(e.getValue());
                separator = ",\n";
            }
            for (ValueInfo v : g.valueInfo().values()) {
                out.append(separator).append(indent).append("   ");
                value(v);
                separator = ",\n";
            }
            out.append('\n').append(indent).append('>');
        }
        out.append(" {\n");
        for (Node n : g.nodes()) {
            node(n, indent + "   ");
        }
        out.append(indent).append('}');
    }

    private void values(String open, List<ValueInfo> values, String close) {
        out.append(open);
        String separator = "";
        for (ValueInfo v : values) {
            out.append(separator);
            value(v);
            separator = ", ";
        }
        out.append(close);
    }

    private void value(ValueInfo v) {
        v.type().ifPresent(t -> {
            out.append(t.dtype().text());
            dims(t);
            out.append(' ');
        });
        name(v.name());
    }

    private void dims(ValueInfo.Type type) {
        if (type.dims().isPresent() && type.dims().get().isEmpty()) {
            return;
        }
        out.append('[');
        String separator = "";
        for (Dim d : type.dims().orElse(List.of())) {
            out.append(separator);
            if (d.isFixed() || d.symbol().isEmpty()) {
                out.append(d);
            } else {
                name(d.symbol());
            }
            separator = ",";
        }
        out.append(']');
    }

    private StringBuilder tensorType(Tensor t) {
        return out.append(t.dtype().text()).append(t.shape().rank() == 0 ? "" : t.shape());
    }

    private void elements(Tensor t) {
        if (t.elements() > longest || outline && t.dtype() == DType.STRING) {
            out.append("{...}");
        } else {
            TensorText.print(t, out);
        }
    }

    private void node(Node n, String indent) {
        out.append(indent);
        if (!n.name().isEmpty()) {
            out.append('[');
            name(n.name());
            out.append("] ");
        }
        names(n.outputs());
        out.append(" = ");
        if (!n.domain().isEmpty()) {
            for (String part : n.domain().split("\\.", -1)) {
                word(part);
                out.append('.');
            }
        }
        word(n.opType());
        boolean last = !n.subgraphs().isEmpty();
        if (!last) {
            attributes(n, indent);
        }
        out.append(" (");
        names(n.inputs());
        out.append(')');
        if (last) {
            attributes(n, indent);
        }
        out.append('\n');
    }

    private void attributes(Node n, String indent) {
        String separator = " <";
        for (Map.Entry<String, Attribute> a : n.attributes().entrySet()) {
            out.append(separator);
            name(a.getKey());
            if (a.getValue() instanceof Attribute.Raw raw) {
                reference(Message.of(raw.extra().bytes()));
            } else {
                out.append(": ").append(AttributeKind.name(a.getValue())).append(" = ");
                value(a.getValue(), indent);
            }
            separator = ", ";
        }
        out.append(n.attributes().isEmpty() ? "" : ">");
    }

    /** A reference to an attribute of the enclosing function; sparse tensors, types and the like have no text here. */
    private void reference(Message raw) {
        String to = raw.text(21);
        if (to.isEmpty()) {
            out.append(" = \"(not shown)\"");
            return;
        }
        AttributeKind.name((int) raw.number(20, 0))
                .ifPresent(k -> out.append(": ").append(k));
        out.append(" = @");
        name(to);
    }

    private void value(Attribute a, String indent) {
        if (a instanceof Attribute.Int v) {
            out.append(v.value());
        } else if (a instanceof Attribute.Real v) {
            real(v.value());
        } else if (a instanceof Attribute.Text v) {
            quote("", v.value());
        } else if (a instanceof Attribute.TensorValue v) {
            tensorType(v.value()).append(' ');
            elements(v.value());
        } else if (a instanceof Attribute.GraphValue v) {
            graph(v.value(), indent + "   ");
        } else {
            out.append('[');
            String separator = "";
            for (Attribute element : AttributeKind.elements(a)) {
                out.append(separator);
                value(element, indent);
                separator = ", ";
            }
            out.append(']');
        }
    }

    /** With a point, so that it is seen not to be a whole number. */
    private void real(float value) {
        out.append(Float.isFinite(value) ? Float.toString(value) : TensorText.text(Float.toString(value)));
    }
}
