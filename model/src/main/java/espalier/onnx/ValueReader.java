package espalier.onnx;

import espalier.graph.DType;
import espalier.graph.Dim;
import espalier.graph.Extra;
import espalier.graph.ValueInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code ValueInfoProto}: dense tensor types are read, all other types are carried along. Of a dense tensor's type its denotation is
 * carried along too; denotations of single axes are not kept.
 */
final class ValueReader {
    /** Fields of {@code TypeProto}: a dense tensor, and what stands for something else. */
    private static final int TENSOR = 1;

    private static final int[] OTHER_TYPES = {4, 5, 7, 8, 9};

    private ValueReader() {}

    static List<ValueInfo> values(Message m, int id) {
        List<ValueInfo> values = new ArrayList<>();
        for (Message v : m.messages(id)) {
            values.add(valueInfo(v));
        }
        return values;
    }

    static ValueInfo valueInfo(Message m) {
        Optional<Message> tensor = Optional.empty();
        Extra denotation = Extra.NONE;
        for (Message type : m.messages(2)) {
            for (int other : OTHER_TYPES) {
                if (type.has(other)) {
                    return carried(m);
                }
            }
            for (Message t : type.messages(TENSOR)) {
                tensor = Optional.of(t);
            }
            denotation = type.except(TENSOR).isEmpty() ? denotation : type.except(TENSOR);
        }
        if (tensor.isEmpty() || !isKnown(tensor.get())) {
            return carried(m);
        }
        return new ValueInfo(m.text(1), Optional.of(type(tensor.get())), extra(m.except(1, 2), denotation));
    }

    private static Extra extra(Extra extra, Extra denotation) {
        if (denotation.isEmpty()) {
            return extra;
        }
        Output type = new Output();
        type.raw(denotation.bytes());
        Output both = new Output();
        both.raw(extra.bytes());
        both.message(2, type);
        return new Extra(both.toByteArray());
    }

    private static ValueInfo carried(Message m) {
        return new ValueInfo(m.text(1), Optional.empty(), m.except(1));
    }

    private static boolean isKnown(Message tensor) {
        long code = tensor.number(1, 0);
        return code >= 1 && code <= DType.values().length;
    }

    private static ValueInfo.Type type(Message tensor) {
        List<Message> shapes = tensor.messages(2);
        return new ValueInfo.Type(
                DType.of((int) tensor.number(1, 0)),
                shapes.isEmpty() ? Optional.empty() : Optional.of(dims(shapes.get(shapes.size() - 1))));
    }

    private static List<Dim> dims(Message shape) {
        List<Dim> dims = new ArrayList<>();
        for (Message d : shape.messages(1)) {
            String symbol = d.text(2);
            long size = d.number(1, -1);
            dims.add(!symbol.isEmpty() ? Dim.symbol(symbol) : size >= 0 ? Dim.of(size) : Dim.UNKNOWN);
        }
        return dims;
    }
}
