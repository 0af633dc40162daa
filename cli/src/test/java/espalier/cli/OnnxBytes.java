package espalier.cli;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files of a model with one weight, written field by field, as no writer of ours would write them. */
final class OnnxBytes {
    private OnnxBytes() {}

    /** Where the data of a weight are, as fields of its {@code TensorProto}. */
    interface Fields {
        void write(CodedOutputStream out) throws IOException;
    }

    static Fields raw(int bytes) {
        return out -> out.writeByteArray(9, new byte[bytes]);
    }

    static Fields external(String location, long length) {
        return out -> {
            out.writeByteArray(13, message(entry("location", location)));
            out.writeByteArray(13, message(entry("length", Long.toString(length))));
            out.writeInt32(14, 1);
        };
    }

    private static Fields entry(String key, String value) {
        return out -> {
            out.writeString(1, key);
            out.writeString(2, value);
        };
    }

    /** @param dims of the weight, which holds floats */
    static void write(Path file, Fields data, long... dims) throws IOException {
        byte[] weight = message(out -> {
            for (long d : dims) {
                out.writeInt64(1, d);
            }
            out.writeInt32(2, 1);
            out.writeString(8, "w");
            data.write(out);
        });
        byte[] graph = message(out -> {
            out.writeString(2, "g");
            out.writeByteArray(5, weight);
        });
        byte[] opset = message(out -> out.writeInt64(2, 17));
        Files.write(file, message(out -> {
            out.writeInt64(1, 8);
            out.writeByteArray(7, graph);
            out.writeByteArray(8, opset);
        }));
    }

    private static byte[] message(Fields fields) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        fields.write(out);
        out.flush();
        return bytes.toByteArray();
    }
}
