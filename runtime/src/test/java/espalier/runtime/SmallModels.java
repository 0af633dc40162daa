package espalier.runtime;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;

/** Files of one node, written field by field, so that these tests depend on no reader or writer of ours. */
final class SmallModels {
    private static final int IR_VERSION = 8;
    private static final int OPSET = 17;

    private SmallModels() {}

    /** {@code y = op(inputs)}; all values have one symbolic axis and the element type with that number. */
    static byte[] oneNode(String op, int inputType, int outputType, String... inputs) {
        return message(model -> {
            model.writeInt64(1, IR_VERSION);
            model.writeByteArray(7, message(graph -> {
                graph.writeByteArray(1, message(node -> {
                    for (String in : inputs) {
                        node.writeString(1, in);
                    }
                    node.writeString(2, "y");
                    node.writeString(4, op);
                }));
                graph.writeString(2, "g");
                for (String in : List.copyOf(new java.util.LinkedHashSet<>(Arrays.asList(inputs)))) {
                    graph.writeByteArray(11, value(in, inputType));
                }
                graph.writeByteArray(12, value("y", outputType));
            }));
            model.writeByteArray(8, message(opset -> opset.writeInt64(2, OPSET)));
        });
    }

    private static byte[] value(String name, int type) {
        byte[] axis = message(dim -> dim.writeString(2, "n"));
        byte[] shape = message(dims -> dims.writeByteArray(1, axis));
        byte[] tensor = message(t -> {
            t.writeInt32(1, type);
            t.writeByteArray(2, shape);
        });
        return message(info -> {
            info.writeString(1, name);
            info.writeByteArray(2, message(t -> t.writeByteArray(1, tensor)));
        });
    }

    private interface Fields {
        void write(CodedOutputStream out) throws IOException;
    }

    private static byte[] message(Fields fields) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            fields.write(out);
            out.flush();
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
