package espalier.pack;

import espalier.graph.BadInputException;
import java.nio.ByteBuffer;

/** Bytes being read; none is believed to be there before it is. */
final class ByteSource {
    private static final int LONGEST_VARINT = 5;

    private final byte[] bytes;
    private final int end;
    private int at;

    ByteSource(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    private ByteSource(byte[] bytes, int from, int end) {
        this.bytes = bytes;
        this.at = from;
        this.end = end;
    }

    int u8() {
        need(1);
        return bytes[at++] & 0xff;
    }

    /** At most five bytes, at most {@code most}. */
    int varint(int most, String what) {
        long value = 0;
        for (int i = 0; i < LONGEST_VARINT; i++) {
            int b = u8();
            value |= (long) (b & 0x7f) << 7 * i;
            if (b < 0x80) {
                if (value > most) {
                    throw BadInputException.of("%s of %d is above the limit of %d", what, value, most);
                }
                return (int) value;
            }
        }
        throw BadInputException.of("%s is not a number", what);
    }

    long number(int width) {
        need(width);
        long value = 0;
        for (int i = 0; i < width; i++) {
            value |= (bytes[at++] & 0xffL) << 8 * i;
        }
        return value;
    }

    ByteBuffer slice(int length) {
        need(length);
        at += length;
        return ByteBuffer.wrap(bytes, at - length, length).slice();
    }

    /** The next bytes as a source of their own. */
    ByteSource part(int length) {
        need(length);
        at += length;
        return new ByteSource(bytes, at - length, at);
    }

    BitSource bits() {
        return new BitSource(bytes, at, end);
    }

    /** Goes on where bits have ended, at the next whole byte. */
    void after(BitSource bits) {
        at = bits.wholeBytesEnd();
    }

    int left() {
        return end - at;
    }

    int position() {
        return at;
    }

    void requireEnd(String what) {
        if (at != end) {
            throw BadInputException.of("%s is followed by %d bytes that belong to nothing", what, end - at);
        }
    }

    private void need(int count) {
        if (count < 0 || count > end - at) {
            throw BadInputException.of("ends too early, at byte %d", end);
        }
    }
}
