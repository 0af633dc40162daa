package espalier.graph;

import java.util.Arrays;

/**
 * Fields of a message in the file that Espalier does not interpret, serialized, so that they survive reading and writing.
 *
 * @param bytes tags and contents one after the other
 */
public record Extra(byte[] bytes) {
    public static final Extra NONE = new Extra(new byte[0]);

    public boolean isEmpty() {
        return bytes.length == 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Extra e && Arrays.equals(bytes, e.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return bytes.length + " bytes";
    }
}
