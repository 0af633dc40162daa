package espalier.onnx;

import com.google.protobuf.CodedOutputStream;
import espalier.graph.Attribute;
import espalier.graph.Dim;
import espalier.graph.Extra;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Tensor;
import espalier.graph.ValueInfo;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** A {@link Model} as messages of {@code onnx.proto}; fields that were not interpreted follow the others of their message. */
final class ModelWriter {
    /** Where a tensor's bytes are put when not into the message itself. */
    @FunctionalInterface
    interface Elsewhere {
        /** The place, or an empty map for "into the message". */
        Map<String, String> put(Tensor tensor) throws IOException;
    }

    private final Elsewhere elsewhere;

    ModelWriter(Elsewhere elsewhere) {
        this.elsewhere = elsewhere;
    }

    @FunctionalInterface
    private interface Content {
        void to(CodedOutputStream out) throws IOException;
    }

    void model(Model m, CodedOutputStream out) throws IOException {
        if (m.irVersion() != 0) {
            out.writeInt64(1, m.irVersion());
        }
        text(out, 2, m.producer());
        raw(out, m.extra());
        for (var o : m.opsets().entrySet()) {
            message(out, 8, c -> {
                text(c, 1, o.getKey());
                c.writeInt64(2, o.getValue());
            });
        }
        for (var p : m.metadata().entrySet()) {
            pair(out, 14, p.getKey(), p.getValue());
        }
        message(out, 7, c -> graph(m.graph(), c));
    }

    private void graph(Graph g, CodedOutputStream out) throws IOException {
        for (Node n : g.nodes()) {
            message(out, 1, c -> node(n, c));
        }
        text(out, 2, g.name());
        for (var e : g.initializers().entrySet()) {
            tensor(out, 5, e.getKey(), e.getValue());
        }
        values(out, 11, g.inputs());
        values(out, 12, g.outputs());
        values(out, 13, List.copyOf(g.valueInfo().values()));
        raw(out, g.extra());
    }

    private void node(Node n, CodedOutputStream out) throws IOException {
        for (String i : n.inputs()) {
            out.writeString(1, i);
        }
        for (String o : n.outputs()) {
            out.writeString(2, o);
        }
        text(out, 3, n.name());
        text(out, 4, n.opType());
        for (var a : n.attributes().entrySet()) {
            message(out, 5, c -> attribute(a.getKey(), a.getValue(), c));
        }
        text(out, 7, n.domain());
        raw(out, n.extra());
    }

    private void attribute(String name, Attribute a, CodedOutputStream out) throws IOException {
        out.writeString(1, name);
        if (a instanceof Attribute.Real v) {
            out.writeFloat(2, v.value());
            out.writeInt32(20, 1);
        } else if (a instanceof Attribute.Int v) {
            out.writeInt64(3, v.value());
            out.writeInt32(20, 2);
        } else if (a instanceof Attribute.Text v) {
            out.writeString(4, v.value());
            out.writeInt32(20, 3);
        } else if (a instanceof Attribute.TensorValue v) {
            tensor(out, 5, "", v.value());
            out.writeInt32(20, 4);
        } else if (a instanceof Attribute.GraphValue v) {
            message(out, 6, c -> graph(v.value(), c));
            out.writeInt32(20, 5);
        } else if (a instanceof Attribute.Raw v) {
            raw(out, v.extra());
        } else {
            list(a, out);
        }
    }

    private void list(Attribute a, CodedOutputStream out) throws IOException {
        if (a instanceof Attribute.Reals v) {
            for (float f : v.values()) {
                out.writeFloat(7, f);
            }
            out.writeInt32(20, 6);
        } else if (a instanceof Attribute.Ints v) {
            for (long i : v.values()) {
                out.writeInt64(8, i);
            }
            out.writeInt32(20, 7);
        } else if (a instanceof Attribute.Texts v) {
            for (String s : v.values()) {
                out.writeString(9, s);
            }
            out.writeInt32(20, 8);
        } else if (a instanceof Attribute.Tensors v) {
            for (Tensor t : v.values()) {
                tensor(out, 10, "", t);
            }
            out.writeInt32(20, 9);
        } else if (a instanceof Attribute.Graphs v) {
            for (Graph g : v.values()) {
                message(out, 11, c -> graph(g, c));
            }
            out.writeInt32(20, 10);
        }
    }

    /** The size is known beforehand, so that weights are written once, straight from where they lie. */
    private void tensor(CodedOutputStream out, int id, String name, Tensor t) throws IOException {
        Map<String, String> place = elsewhere.put(t);
        byte[] head = bytes(c -> {
            for (long d : t.shape().toArray()) {
                c.writeInt64(1, d);
            }
            c.writeInt32(2, t.dtype().code());
            for (byte[] s : t.strings()) {
                c.writeByteArray(6, s);
            }
            text(c, 8, name);
            for (var e : place.entrySet()) {
                pair(c, 13, e.getKey(), e.getValue());
            }
            if (!place.isEmpty()) {
                c.writeInt32(14, 1);
            }
        });
        boolean inside = place.isEmpty() && t.strings().isEmpty() && t.bytes() > 0;
        int data = inside ? Math.toIntExact(t.bytes()) : 0;
        int size = head.length
                + (inside
                        ? CodedOutputStream.computeTagSize(9) + CodedOutputStream.computeUInt32SizeNoTag(data) + data
                        : 0);
        out.writeTag(id, 2);
        out.writeUInt32NoTag(size);
        out.write(head, 0, head.length);
        if (inside) {
            out.writeTag(9, 2);
            out.writeUInt32NoTag(data);
            out.write(t.data());
        }
    }

    private static void values(CodedOutputStream out, int id, List<ValueInfo> values) throws IOException {
        for (ValueInfo v : values) {
            message(out, id, c -> value(v, c));
        }
    }

    private static void value(ValueInfo v, CodedOutputStream out) throws IOException {
        text(out, 1, v.name());
        if (v.type().isPresent()) {
            ValueInfo.Type type = v.type().get();
            message(
                    out,
                    2,
                    t -> message(t, 1, tensor -> {
                        tensor.writeInt32(1, type.dtype().code());
                        if (type.dims().isPresent()) {
                            message(tensor, 2, s -> dims(type.dims().get(), s));
                        }
                    }));
        }
        raw(out, v.extra());
    }

    private static void dims(List<Dim> dims, CodedOutputStream out) throws IOException {
        for (Dim d : dims) {
            message(out, 1, c -> {
                if (d.isFixed()) {
                    c.writeInt64(1, d.size());
                } else {
                    text(c, 2, d.symbol());
                }
            });
        }
    }

    private static void pair(CodedOutputStream out, int id, String key, String value) throws IOException {
        message(out, id, c -> {
            c.writeString(1, key);
            c.writeString(2, value);
        });
    }

    private static void text(CodedOutputStream out, int id, String value) throws IOException {
        if (!value.isEmpty()) {
            out.writeString(id, value);
        }
    }

    private static void raw(CodedOutputStream out, Extra extra) throws IOException {
        out.writeRawBytes(extra.bytes());
    }

    private static void message(CodedOutputStream out, int id, Content content) throws IOException {
        out.writeTag(id, 2);
        byte[] b = bytes(content);
        out.writeUInt32NoTag(b.length);
        out.write(b, 0, b.length);
    }

    private static byte[] bytes(Content content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(64);
        CodedOutputStream out = CodedOutputStream.newInstance(bytes, 256);
        content.to(out);
        out.flush();
        return bytes.toByteArray();
    }
}
