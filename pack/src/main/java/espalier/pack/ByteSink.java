package espalier.pack;

import espalier.graph.BadInputException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Bytes being written. */
final class ByteSink {
    /** The most an array can hold. */
    private static final long LARGEST = Integer.MAX_VALUE - 8;

    private byte[] bytes = new byte[1 << 6];
    private int size;

    void u8(int value) {
        room(1);
        bytes[size++] = (byte) value;
    }

    private void room(int more) {
        long needed = (long) size + more;
        if (needed > LARGEST) {
            throw new BadInputException("the packed file would be larger than 2 GiB: keep the model as ONNX");
        }
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(LARGEST, Math.max(2L * bytes.length, needed)));
        }
    }

    /** Seven bits a byte, the lowest first; the high bit says that more follow. */
    void varint(long value) {
        long rest = value;
        while (rest >>> 7 != 0) {
            u8((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        u8((int) rest);
    }

    /** The lowest {@code width} bytes of a number, little-endian. */
    void number(long value, int width) {
        room(width);
        for (int i = 0; i < width; i++) {
            bytes[size++] = (byte) (value >>> 8 * i);
        }
    }

    void bytes(byte[] all) {
        room(all.length);
        System.arraycopy(all, 0, bytes, size, all.length);
        size += all.length;
    }

    void bytes(ByteBuffer all) {
        int length = all.remaining();
        room(length);
        all.duplicate().get(bytes, size, length);
        size += length;
    }

    int size() {
        return size;
    }

    byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }
}
