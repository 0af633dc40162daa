package espalier.pack;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** Bytes being written. */
final class ByteSink {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    void u8(int value) {
        bytes.write(value);
    }

    /** Seven bits a byte, the lowest first; the high bit says that more follow. */
    void varint(long value) {
        long rest = value;
        while (rest >>> 7 != 0) {
            bytes.write((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        bytes.write((int) rest);
    }

    /** The lowest {@code width} bytes of a number, little-endian. */
    void number(long value, int width) {
        for (int i = 0; i < width; i++) {
            bytes.write((int) (value >>> 8 * i));
        }
    }

    void bytes(byte[] all) {
        bytes.write(all, 0, all.length);
    }

    void bytes(ByteBuffer all) {
        byte[] copy = new byte[all.remaining()];
        all.duplicate().get(copy);
        bytes(copy);
    }

    int size() {
        return bytes.size();
    }

    byte[] toByteArray() {
        return bytes.toByteArray();
    }
}
