package espalier.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import espalier.graph.BadInputException;
import espalier.graph.Extra;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * A protobuf message where it lies in the file. Every question walks over its fields anew, nested messages in one step, so that taking
 * a message apart copies nothing and needs no memory of its own.
 */
final class Message {
    private static final int DEEPEST = 100;
    private static final long COST = 64;
    private static final long TEXT_COST = 48;

    private final byte[] bytes;
    private final int from;
    private final int size;
    private final int depth;
    private final Budget budget;

    private Message(byte[] bytes, int from, int size, int depth, Budget budget) {
        this.bytes = bytes;
        this.from = from;
        this.size = size;
        this.depth = depth;
        this.budget = budget;
        budget.take(COST);
        if (depth > DEEPEST) {
            throw new BadInputException("messages are nested more than " + DEEPEST + " deep, which no exporter does");
        }
    }

    static Message of(byte[] file) {
        return new Message(file, 0, file.length, 0, new Budget(file.length));
    }

    Budget budget() {
        return budget;
    }

    boolean has(int id) {
        for (Walk w = new Walk(); w.next(); ) {
            if (w.id == id) {
                return true;
            }
        }
        return false;
    }

    /** The last value of a varint or fixed-width field. */
    long number(int id, long otherwise) {
        long value = otherwise;
        for (Walk w = new Walk(); w.next(); ) {
            if (w.id == id && !w.isSlice()) {
                value = w.number;
            }
        }
        return value;
    }

    /** The last value of a text field, or the empty string. */
    String text(int id) {
        int start = 0;
        int length = 0;
        for (Walk w = new Walk(); w.next(); ) {
            if (w.id == id && w.isSlice()) {
                start = w.start;
                length = w.length;
            }
        }
        return length == 0 ? "" : utf8(start, length);
    }

    List<String> texts(int id) {
        List<String> values = new ArrayList<>(2);
        for (Walk w = new Walk(); w.next(); ) {
            if (w.id == id && w.isSlice()) {
                values.add(utf8(w.start, w.length));
            }
        }
        return values;
    }

    private String utf8(int start, int length) {
        budget.take(TEXT_COST + length);
        String text = new String(bytes, start, length, StandardCharsets.UTF_8);
        if (text.indexOf('\uFFFD') >= 0 && !isUtf8(ByteBuffer.wrap(bytes, start, length))) {
            throw new BadInputException("holds a text that is not UTF-8, '" + text + "': export it again");
        }
        return text;
    }

    static boolean isUtf8(ByteBuffer bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(bytes.duplicate());
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    List<ByteBuffer> slices(int id) {
        List<ByteBuffer> values = new ArrayList<>(2);
        for (Walk w = new Walk(); w.next(); ) {
            if (w.id == id && w.isSlice()) {
                budget.take(COST);
                values.add(ByteBuffer.wrap(bytes, w.start, w.length).slice());
            }
        }
        return values;
    }

    List<Message> messages(int id) {
        List<Message> values = new ArrayList<>(2);
        for (Walk w = new Walk(); w.next(); ) {
            if (w.id == id && w.isSlice()) {
                values.add(new Message(bytes, w.start, w.length, depth + 1, budget));
            }
        }
        return values;
    }

    int count(int id) {
        int n = 0;
        for (Walk w = new Walk(); w.next(); ) {
            n += w.id == id ? 1 : 0;
        }
        return n;
    }

    /** A repeated whole number, packed or not; the numbers are counted before room is made for them. */
    long[] varints(int id) {
        long[] values = new long[room(Math.multiplyExact(8L, countVarints(id))) / 8];
        int i = 0;
        for (Walk w = new Walk(); w.next(); ) {
            if (w.id == id && !w.isSlice()) {
                values[i++] = w.number;
            } else if (w.id == id) {
                for (Walk packed = new Walk(w.start, w.length); packed.nextVarint(); ) {
                    values[i++] = packed.number;
                }
            }
        }
        return values;
    }

    private int countVarints(int id) {
        int n = 0;
        for (Walk w = new Walk(); w.next(); ) {
            if (w.id == id && w.isSlice()) {
                for (Walk packed = new Walk(w.start, w.length); packed.nextVarint(); ) {
                    n++;
                }
            } else if (w.id == id) {
                n++;
            }
        }
        return n;
    }

    /** A repeated fixed-width field of {@code width} bytes, packed or not, as its little-endian bytes; a single run is a slice. */
    ByteBuffer fixed(int id, int width) {
        long total = 0;
        int runs = 0;
        for (Walk w = new Walk(); w.next(); ) {
            if (w.id == id) {
                total += w.isSlice() ? w.length : width;
                runs++;
            }
        }
        if (total % width != 0) {
            throw new BadInputException("holds a list of numbers that breaks off in the middle of one");
        }
        List<ByteBuffer> slices = runs == 1 ? slices(id) : List.of();
        return slices.isEmpty()
                ? gathered(id, width, room(total))
                : slices.get(0).order(ByteOrder.LITTLE_ENDIAN);
    }

    private ByteBuffer gathered(int id, int width, int total) {
        ByteBuffer out = ByteBuffer.allocate(total).order(ByteOrder.LITTLE_ENDIAN);
        for (Walk w = new Walk(); w.next(); ) {
            if (w.id == id && w.isSlice()) {
                out.put(bytes, w.start, w.length);
            } else if (w.id == id && width == 4) {
                out.putInt((int) w.number);
            } else if (w.id == id) {
                out.putLong(w.number);
            }
        }
        return out.flip();
    }

    private int room(long bytesNeeded) {
        budget.take(bytesNeeded);
        return Math.toIntExact(bytesNeeded);
    }

    /** All fields but the known ones, as they are. */
    Extra except(int... known) {
        return fields(id -> !contains(known, id));
    }

    /** The fields of one number, as they are. */
    Extra only(int wanted) {
        return fields(id -> id == wanted);
    }

    private Extra fields(IntPredicate kept) {
        int length = 0;
        for (Walk w = new Walk(); w.next(); ) {
            length += kept.test(w.id) ? w.end() - w.tagStart : 0;
        }
        if (length == 0) {
            return Extra.NONE;
        }
        ByteBuffer out = ByteBuffer.allocate(room(length));
        for (Walk w = new Walk(); w.next(); ) {
            if (kept.test(w.id)) {
                out.put(bytes, w.tagStart, w.end() - w.tagStart);
            }
        }
        return new Extra(out.array());
    }

    private static boolean contains(int[] ids, int id) {
        for (int i : ids) {
            if (i == id) {
                return true;
            }
        }
        return false;
    }

    /** Goes over the fields: {@code number} holds a varint or fixed-width value, {@code start} and {@code length} say where a slice lies. */
    private final class Walk {
        private final CodedInputStream in;
        private final int base;
        private final int limit;
        private int tag;
        private int tagStart;
        private int id;
        private long number;
        private int start;
        private int length;

        Walk() {
            this(from, size);
        }

        Walk(int base, int size) {
            this.base = base;
            this.limit = base + size;
            this.in = CodedInputStream.newInstance(bytes, base, size);
        }

        boolean isSlice() {
            return WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
        }

        int end() {
            return base + in.getTotalBytesRead();
        }

        boolean next() {
            tagStart = end();
            try {
                tag = in.readTag();
                if (tag == 0) {
                    return false;
                }
                id = WireFormat.getTagFieldNumber(tag);
                switch (WireFormat.getTagWireType(tag)) {
                    case WireFormat.WIRETYPE_VARINT -> number = in.readRawVarint64();
                    case WireFormat.WIRETYPE_FIXED32 -> number = in.readRawLittleEndian32();
                    case WireFormat.WIRETYPE_FIXED64 -> number = in.readRawLittleEndian64();
                    case WireFormat.WIRETYPE_LENGTH_DELIMITED -> skipSlice();
                    default -> throw new BadInputException(damage());
                }
                return true;
            } catch (IOException e) {
                throw new BadInputException(damage(), e);
            }
        }

        private void skipSlice() throws IOException {
            length = in.readRawVarint32();
            start = end();
            if (length < 0 || length > limit - start) {
                throw BadInputException.of(
                        "truncated: a part that starts at byte %d has %d bytes, but only %d are left: fetch or export it again",
                        start, length & 0xffffffffL, limit - start);
            }
            in.skipRawBytes(length);
        }

        boolean nextVarint() {
            try {
                if (in.isAtEnd()) {
                    return false;
                }
                number = in.readRawVarint64();
                return true;
            } catch (IOException e) {
                throw new BadInputException(damage(), e);
            }
        }

        private String damage() {
            return "damaged at byte " + tagStart + ": fetch or export it again";
        }
    }
}
