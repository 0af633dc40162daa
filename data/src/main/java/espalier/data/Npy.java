package espalier.data;

import espalier.graph.BadInputException;
import espalier.graph.DType;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * NumPy's array file (numpy.lib.format, versions 1 to 3): {@code \x93NUMPY}, version, length of the header, a Python dictionary with
 * element type, order and shape, padding, the elements. Little-endian numbers and booleans in C order; never pickled objects.
 */
final class Npy {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int LONGEST_HEADER = 1 << 16;
    private static final int HIGHEST_RANK = 32;
    private static final int ALIGNMENT = 64;

    private static final Map<String, DType> TYPES = Map.ofEntries(
            Map.entry("f2", DType.FLOAT16),
            Map.entry("f4", DType.FLOAT),
            Map.entry("f8", DType.DOUBLE),
            Map.entry("i1", DType.INT8),
            Map.entry("i2", DType.INT16),
            Map.entry("i4", DType.INT32),
            Map.entry("i8", DType.INT64),
            Map.entry("u1", DType.UINT8),
            Map.entry("u2", DType.UINT16),
            Map.entry("u4", DType.UINT32),
            Map.entry("u8", DType.UINT64),
            Map.entry("b1", DType.BOOL));

    private static final Pattern DESCR = Pattern.compile("'descr'\\s*:\\s*'([<>|=]?)([A-Za-z][0-9]+)'");
    private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
    private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([0-9,\\s]*)\\)");

    private Npy() {}

    static boolean isHead(byte[] head) {
        return head.length >= MAGIC.length && Arrays.equals(Arrays.copyOf(head, MAGIC.length), MAGIC);
    }

    /** Reads the array and requires that nothing follows it. */
    static Tensor read(DataFile file) throws IOException {
        if (!isHead(file.bytes(MAGIC.length, "header"))) {
            throw file.error("not an npy array: write it with numpy.save or numpy.savez");
        }
        String header = header(file);
        DType dtype = dtype(file, header);
        Shape shape = shape(file, header);
        if (group(file, ORDER, header).equals("True") && shape.rank() > 1) {
            throw file.error("array in Fortran order: save numpy.ascontiguousarray of it");
        }
        byte[] elements = file.bytes(bytes(file, dtype, shape), "elements");
        file.requireEnd("header");
        return Tensor.of(dtype, shape, ByteBuffer.wrap(elements));
    }

    private static String header(DataFile file) throws IOException {
        byte[] version = file.bytes(2, "header");
        if (version[0] < 1 || version[0] > 3) {
            throw file.error("npy version %d.%d is unknown: write it with numpy.save", version[0], version[1]);
        }
        ByteBuffer length =
                ByteBuffer.wrap(file.bytes(version[0] == 1 ? 2 : 4, "header")).order(ByteOrder.LITTLE_ENDIAN);
        long bytes = version[0] == 1 ? length.getChar() : Integer.toUnsignedLong(length.getInt());
        if (bytes > LONGEST_HEADER) {
            throw file.error("npy header of %d bytes: write it with numpy.save", bytes);
        }
        return new String(file.bytes(bytes, "header"), StandardCharsets.ISO_8859_1);
    }

    private static DType dtype(DataFile file, String header) {
        Matcher m = DESCR.matcher(header);
        DType dtype = m.find() ? TYPES.get(m.group(2)) : null;
        if (dtype == null || m.group(1).equals(">")) {
            throw file.error(
                    "elements of a kind that is not read: save little-endian numbers or booleans, as astype('<f4')");
        }
        return dtype;
    }

    private static Shape shape(DataFile file, String header) {
        String[] dims = group(file, SHAPE, header).split(",");
        long[] sizes;
        try {
            sizes = Arrays.stream(dims)
                    .map(String::strip)
                    .filter(d -> !d.isEmpty())
                    .mapToLong(Long::parseLong)
                    .toArray();
        } catch (NumberFormatException e) {
            throw file.error("impossible shape in the npy header: write it with numpy.save");
        }
        if (sizes.length > HIGHEST_RANK) {
            throw file.error("array of %d axes: save one of at most %d", sizes.length, HIGHEST_RANK);
        }
        return Shape.of(sizes);
    }

    private static long bytes(DataFile file, DType dtype, Shape shape) {
        try {
            return dtype.bytes(shape.elements());
        } catch (ArithmeticException e) {
            throw file.error("impossible shape %s in the npy header: write it with numpy.save", shape);
        }
    }

    private static String group(DataFile file, Pattern pattern, String header) {
        Matcher m = pattern.matcher(header);
        if (!m.find()) {
            throw file.error("damaged npy header: write it with numpy.save");
        }
        return m.group(1);
    }

    /** Writes version 1.0, as NumPy does. */
    static void write(Tensor tensor, OutputStream out) throws IOException {
        String dict = "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }"
                .formatted(descr(tensor.dtype()), tuple(tensor.shape()));
        int unpadded = MAGIC.length + 4 + dict.length() + 1;
        String header = dict + " ".repeat(Math.floorMod(-unpadded, ALIGNMENT)) + "\n";
        ByteBuffer head = ByteBuffer.allocate(MAGIC.length + 4).order(ByteOrder.LITTLE_ENDIAN);
        head.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) header.length());
        out.write(head.array());
        out.write(header.getBytes(StandardCharsets.ISO_8859_1));
        ByteBuffer data = tensor.data();
        byte[] chunk = new byte[1 << 16];
        while (data.hasRemaining()) {
            int n = Math.min(chunk.length, data.remaining());
            data.get(chunk, 0, n);
            out.write(chunk, 0, n);
        }
    }

    private static String descr(DType dtype) {
        return TYPES.entrySet().stream()
                .filter(e -> e.getValue() == dtype)
                .map(e -> (dtype.bits() == 8 ? "|" : "<") + e.getKey())
                .findFirst()
                .orElseThrow(() -> BadInputException.of("NumPy has no elements of type %s", dtype.text()));
    }

    private static String tuple(Shape shape) {
        String dims = shape.stream().mapToObj(Long::toString).collect(Collectors.joining(", "));
        return shape.rank() == 1 ? dims + "," : dims;
    }
}
