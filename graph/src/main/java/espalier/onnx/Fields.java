package espalier.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import espalier.graph.BadInputException;
import espalier.graph.Extra;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A protobuf message taken apart one level: its fields in order, nested messages and bytes as slices that are not copied. */
final class Fields {
    private static final int DEEPEST = 100;

    private final List<Field> all = new ArrayList<>();
    private final int depth;

    /** A field: {@code number} holds varints and fixed-width values, {@code slice} what has a length. */
    private record Field(int tag, long number, ByteBuffer slice) {
        int id() {
            return WireFormat.getTagFieldNumber(tag);
        }

        boolean isSlice() {
            return WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
        }
    }

    private static final ByteBuffer NO_BYTES = ByteBuffer.allocate(0);

    private Fields(int depth) {
        this.depth = depth;
        if (depth > DEEPEST) {
            throw new BadInputException("messages are nested more than " + DEEPEST + " deep");
        }
    }

    static Fields of(ByteBuffer message) {
        return of(message, 0);
    }

    private static Fields of(ByteBuffer message, int depth) {
        Fields fields = new Fields(depth);
        try {
            CodedInputStream in = CodedInputStream.newInstance(
                    message.array(), message.arrayOffset() + message.position(), message.remaining());
            in.enableAliasing(true);
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                fields.all.add(read(in, tag));
            }
        } catch (IOException e) {
            throw new BadInputException("damaged or truncated: " + e.getMessage(), e);
        }
        return fields;
    }

    private static Field read(CodedInputStream in, int tag) throws IOException {
        return switch (WireFormat.getTagWireType(tag)) {
            case WireFormat.WIRETYPE_VARINT -> new Field(tag, in.readRawVarint64(), NO_BYTES);
            case WireFormat.WIRETYPE_FIXED32 -> new Field(tag, in.readRawLittleEndian32(), NO_BYTES);
            case WireFormat.WIRETYPE_FIXED64 -> new Field(tag, in.readRawLittleEndian64(), NO_BYTES);
            case WireFormat.WIRETYPE_LENGTH_DELIMITED -> new Field(tag, 0, in.readByteBuffer());
            default -> throw new BadInputException("not an ONNX file: protobuf groups do not occur in one");
        };
    }

    boolean has(int id) {
        for (Field f : all) {
            if (f.id() == id) {
                return true;
            }
        }
        return false;
    }

    /** The last value of a varint or fixed field. */
    long number(int id, long otherwise) {
        long value = otherwise;
        for (Field f : all) {
            if (f.id() == id && !f.isSlice()) {
                value = f.number;
            }
        }
        return value;
    }

    String text(int id) {
        String value = "";
        for (Field f : all) {
            if (f.id() == id && f.isSlice()) {
                value = utf8(f.slice);
            }
        }
        return value;
    }

    List<String> texts(int id) {
        List<String> values = new ArrayList<>();
        for (Field f : all) {
            if (f.id() == id && f.isSlice()) {
                values.add(utf8(f.slice));
            }
        }
        return values;
    }

    List<ByteBuffer> slices(int id) {
        List<ByteBuffer> values = new ArrayList<>(4);
        for (Field f : all) {
            if (f.id() == id && f.isSlice()) {
                values.add(f.slice.duplicate());
            }
        }
        return values;
    }

    List<Fields> messages(int id) {
        List<Fields> values = new ArrayList<>(4);
        for (Field f : all) {
            if (f.id() == id && f.isSlice()) {
                values.add(of(f.slice, depth + 1));
            }
        }
        return values;
    }

    /** A repeated number, packed or not. */
    long[] varints(int id) {
        LongList values = new LongList();
        for (Field f : all) {
            if (f.id() == id) {
                if (f.isSlice()) {
                    unpack(f.slice, values);
                } else {
                    values.add(f.number);
                }
            }
        }
        return values.toArray();
    }

    private static void unpack(ByteBuffer packed, LongList into) {
        try {
            CodedInputStream in = CodedInputStream.newInstance(
                    packed.array(), packed.arrayOffset() + packed.position(), packed.remaining());
            while (!in.isAtEnd()) {
                into.add(in.readRawVarint64());
            }
        } catch (IOException e) {
            throw new BadInputException("damaged or truncated list of numbers", e);
        }
    }

    /** A repeated fixed-width field of {@code width} bytes, packed or not, as its little-endian bytes. */
    ByteBuffer fixed(int id, int width) {
        int bytes = 0;
        for (Field f : all) {
            if (f.id() == id) {
                bytes = Math.addExact(bytes, f.isSlice() ? f.slice.remaining() : width);
            }
        }
        ByteBuffer out = ByteBuffer.allocate(bytes).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        for (Field f : all) {
            if (f.id() == id) {
                if (f.isSlice()) {
                    out.put(f.slice.duplicate());
                } else if (width == 4) {
                    out.putInt((int) f.number);
                } else {
                    out.putLong(f.number);
                }
            }
        }
        return out.flip().order(java.nio.ByteOrder.LITTLE_ENDIAN);
    }

    /** All fields but the known ones, serialized. */
    Extra except(int... known) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(0);
        CodedOutputStream out = null;
        try {
            for (Field f : all) {
                if (!contains(known, f.id())) {
                    out = out == null ? CodedOutputStream.newInstance(bytes, 64) : out;
                    write(f, out);
                }
            }
            if (out == null) {
                return Extra.NONE;
            }
            out.flush();
            return new Extra(bytes.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Field f, CodedOutputStream out) throws IOException {
        out.writeUInt32NoTag(f.tag);
        switch (WireFormat.getTagWireType(f.tag)) {
            case WireFormat.WIRETYPE_VARINT -> out.writeUInt64NoTag(f.number);
            case WireFormat.WIRETYPE_FIXED32 -> out.writeFixed32NoTag((int) f.number);
            case WireFormat.WIRETYPE_FIXED64 -> out.writeFixed64NoTag(f.number);
            default -> {
                out.writeUInt32NoTag(f.slice.remaining());
                out.write(f.slice.duplicate());
            }
        }
    }

    private static boolean contains(int[] ids, int id) {
        for (int i : ids) {
            if (i == id) {
                return true;
            }
        }
        return false;
    }

    static String utf8(ByteBuffer bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.duplicate()).toString();
        } catch (CharacterCodingException e) {
            throw new BadInputException("a name that is not UTF-8", e);
        }
    }

    /** A growing array. */
    private static final class LongList {
        private long[] values = new long[8];
        private int size;

        void add(long value) {
            if (size == values.length) {
                values = java.util.Arrays.copyOf(values, 2 * size);
            }
            values[size++] = value;
        }

        long[] toArray() {
            return java.util.Arrays.copyOf(values, size);
        }
    }
}
