package espalier.onnx;

import espalier.graph.Attribute;
import espalier.graph.Dim;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Tensor;
import espalier.graph.ValueInfo;
import java.util.List;
import java.util.Map;

/** A {@link Model} as messages of {@code onnx.proto}; fields that were not interpreted follow the others of their message. */
final class ModelWriter {
    /** Where a tensor's bytes are put when not into the message itself. */
    @FunctionalInterface
    interface Elsewhere {
        /** The place, or an empty map for "into the message". */
        Map<String, String> put(Tensor tensor);
    }

    private final Elsewhere elsewhere;

    ModelWriter(Elsewhere elsewhere) {
        this.elsewhere = elsewhere;
    }

    Output model(Model m) {
        Output out = new Output();
        if (m.irVersion() != 0) {
            out.varint(1, m.irVersion());
        }
        out.optionalText(2, m.producer());
        out.raw(m.extra().bytes());
        m.opsets().forEach((domain, version) -> {
            Output opset = new Output();
            opset.optionalText(1, domain);
            opset.varint(2, version);
            out.message(8, opset);
        });
        m.metadata().forEach((key, value) -> out.pair(14, key, value));
        out.message(7, graph(m.graph()));
        return out;
    }

    private Output graph(Graph g) {
        Output out = new Output();
        for (Node n : g.nodes()) {
            out.message(1, node(n));
        }
        out.optionalText(2, g.name());
        g.initializers().forEach((name, tensor) -> out.message(5, tensor(name, tensor)));
        values(out, 11, g.inputs());
        values(out, 12, g.outputs());
        values(out, 13, List.copyOf(g.valueInfo().values()));
        out.raw(g.extra().bytes());
        return out;
    }

    private Output node(Node n) {
        Output out = new Output();
        n.inputs().forEach(i -> out.text(1, i));
        n.outputs().forEach(o -> out.text(2, o));
        out.optionalText(3, n.name());
        out.optionalText(4, n.opType());
        n.attributes().forEach((name, value) -> out.message(5, attribute(name, value)));
        out.optionalText(7, n.domain());
        out.raw(n.extra().bytes());
        return out;
    }

    private Output attribute(String name, Attribute a) {
        Output out = new Output();
        out.text(1, name);
        if (a instanceof Attribute.Raw v) {
            out.raw(v.extra().bytes());
            return out;
        }
        int kind = AttributeKind.of(a);
        int field = kind + 1;
        if (a instanceof Attribute.Real v) {
            out.real(field, v.value());
        } else if (a instanceof Attribute.Int v) {
            out.varint(field, v.value());
        } else if (a instanceof Attribute.Text v) {
            out.text(field, v.value());
        } else if (a instanceof Attribute.TensorValue v) {
            out.message(field, tensor("", v.value()));
        } else if (a instanceof Attribute.GraphValue v) {
            out.message(field, graph(v.value()));
        } else if (a instanceof Attribute.Reals v) {
            v.values().forEach(x -> out.real(field, x));
        } else if (a instanceof Attribute.Ints v) {
            v.values().forEach(i -> out.varint(field, i));
        } else if (a instanceof Attribute.Texts v) {
            v.values().forEach(s -> out.text(field, s));
        } else if (a instanceof Attribute.Tensors v) {
            v.values().forEach(t -> out.message(field, tensor("", t)));
        } else if (a instanceof Attribute.Graphs v) {
            v.values().forEach(g -> out.message(field, graph(g)));
        }
        out.varint(20, kind);
        return out;
    }

    private Output tensor(String name, Tensor t) {
        Output out = new Output();
        for (long d : t.shape().toArray()) {
            out.varint(1, d);
        }
        out.varint(2, t.dtype().code());
        t.strings().forEach(s -> out.data(6, java.nio.ByteBuffer.wrap(s)));
        out.optionalText(8, name);
        Map<String, String> place = elsewhere.put(t);
        if (!place.isEmpty()) {
            place.forEach((key, value) -> out.pair(13, key, value));
            out.varint(14, 1);
        } else if (t.strings().isEmpty() && t.bytes() > 0) {
            out.data(9, t.data());
        }
        return out;
    }

    private static void values(Output out, int id, List<ValueInfo> values) {
        for (ValueInfo v : values) {
            Output value = new Output();
            value.optionalText(1, v.name());
            v.type().ifPresent(t -> value.message(2, type(t)));
            value.raw(v.extra().bytes());
            out.message(id, value);
        }
    }

    static Output type(ValueInfo.Type t) {
        Output tensor = new Output();
        tensor.varint(1, t.dtype().code());
        t.dims().ifPresent(dims -> tensor.message(2, shape(dims)));
        Output type = new Output();
        type.message(1, tensor);
        return type;
    }

    private static Output shape(List<Dim> dims) {
        Output shape = new Output();
        for (Dim d : dims) {
            Output dim = new Output();
            if (d.isFixed()) {
                dim.varint(1, d.size());
            } else {
                dim.optionalText(2, d.symbol());
            }
            shape.message(1, dim);
        }
        return shape;
    }
}
