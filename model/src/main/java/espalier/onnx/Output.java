package espalier.onnx;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.List;

/** A protobuf message being written. Small fields are gathered, weights stay where they lie until the whole is sent off. */
final class Output {
    /** What is larger is not copied. */
    private static final int SMALL = 1 << 12;

    private final List<ByteBuffer> done = new ArrayList<>(1);
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(64);
    private final CodedOutputStream out = CodedOutputStream.newInstance(bytes, 128);
    private long doneBytes;

    @FunctionalInterface
    private interface Field {
        void write(CodedOutputStream out) throws IOException;
    }

    private void add(Field field) {
        try {
            field.write(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void varint(int id, long value) {
        add(o -> o.writeInt64(id, value));
    }

    void real(int id, float value) {
        add(o -> o.writeFloat(id, value));
    }

    void text(int id, String value) {
        add(o -> o.writeString(id, value));
    }

    /** A text field that is left out when empty. */
    void optionalText(int id, String value) {
        if (!value.isEmpty()) {
            text(id, value);
        }
    }

    void pair(int id, String key, String value) {
        Output entry = new Output();
        entry.text(1, key);
        entry.text(2, value);
        message(id, entry);
    }

    /** Fields that are serialized already. */
    void raw(byte[] fields) {
        add(o -> o.writeRawBytes(fields));
    }

    void data(int id, ByteBuffer data) {
        head(id, data.remaining());
        append(data.duplicate());
    }

    void message(int id, Output message) {
        message.cut();
        head(id, message.doneBytes);
        message.done.forEach(this::append);
    }

    private void head(int id, long length) {
        add(o -> {
            o.writeTag(id, WireFormat.WIRETYPE_LENGTH_DELIMITED);
            o.writeUInt64NoTag(length);
        });
    }

    private void append(ByteBuffer part) {
        if (part.remaining() <= SMALL) {
            add(o -> o.writeRawBytes(part));
        } else {
            cut();
            keep(part);
        }
    }

    /** Ends the run of gathered fields. */
    private void cut() {
        add(CodedOutputStream::flush);
        if (bytes.size() > 0) {
            keep(ByteBuffer.wrap(bytes.toByteArray()));
            bytes.reset();
        }
    }

    private void keep(ByteBuffer part) {
        done.add(part);
        doneBytes += part.remaining();
    }

    /** Bytes written so far. */
    long size() {
        cut();
        return doneBytes;
    }

    void to(WritableByteChannel channel) throws IOException {
        cut();
        for (ByteBuffer part : done) {
            for (ByteBuffer rest = part.duplicate(); rest.hasRemaining(); ) {
                channel.write(rest);
            }
        }
    }

    byte[] toByteArray() {
        ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(size()));
        done.forEach(part -> all.put(part.duplicate()));
        return all.array();
    }
}
