package espalier.onnx;

import espalier.graph.DType;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The elements of tensors as text: {@code {1, 2.5}}. As in ONNX's own text form, floats of 16 bits and less stand there as the whole
 * number their bits make; complex numbers are two numbers one after the other.
 */
final class TensorText {
    private TensorText() {}

    static Tensor read(TextScanner in, DType type, Shape shape) {
        if (in.peek() == '[') {
            throw in.error("external data are not read from text: give the elements in braces");
        }
        in.expect("{");
        List<Object> elements = new ArrayList<>();
        if (in.peek() != '}') {
            do {
                elements.add(element(in, type));
            } while (in.accept(","));
        }
        in.expect("}");
        long expected = type == DType.COMPLEX64 || type == DType.COMPLEX128 ? 2 * shape.elements() : shape.elements();
        if (elements.size() != expected) {
            throw in.error(
                    type.text() + shape + " has " + expected + " elements, but " + elements.size() + " are given");
        }
        return tensor(type, shape, elements);
    }

    private static Object element(TextScanner in, DType type) {
        if (in.peek() == '.') {
            throw in.error("the elements were left out when this text was printed");
        }
        return switch (type) {
            case STRING -> in.quoted().getBytes(StandardCharsets.UTF_8);
            case FLOAT, COMPLEX64 -> in.real32(in.number());
            case DOUBLE, COMPLEX128 -> in.real();
            case UINT64 -> in.wholeUnsigned();
            default -> whole(in, type);
        };
    }

    private static Long whole(TextScanner in, DType type) {
        long value = in.whole();
        boolean signed = isSigned(type);
        int bits = type.bits();
        long least = signed ? -1L << (bits - 1) : 0;
        long most = signed ? ~least : bits == 64 ? Long.MAX_VALUE : (1L << bits) - 1;
        if (value < least || value > most) {
            throw in.error(value + " does not fit into " + type.text());
        }
        return value;
    }

    private static boolean isSigned(DType type) {
        return switch (type) {
            case INT2, INT4, INT8, INT16, INT32, INT64 -> true;
            default -> false;
        };
    }

    private static Tensor tensor(DType type, Shape shape, List<Object> elements) {
        if (type == DType.STRING) {
            return Tensor.ofStrings(
                    shape, elements.stream().map(byte[].class::cast).toList());
        }
        ByteBuffer out = Tensor.allocate(type, shape);
        int i = 0;
        for (Object e : elements) {
            if (e instanceof Float f) {
                out.putFloat(f);
            } else if (e instanceof Double d) {
                out.putDouble(d);
            } else {
                put(out, type.bits(), i++, (Long) e);
            }
        }
        return Tensor.of(type, shape, out.rewind());
    }

    private static void put(ByteBuffer out, int bits, int i, long value) {
        switch (bits) {
            case 64 -> out.putLong(8 * i, value);
            case 32 -> out.putInt(4 * i, (int) value);
            case 16 -> out.putShort(2 * i, (short) value);
            case 8 -> out.put(i, (byte) value);
            default -> {
                int perByte = 8 / bits;
                int shift = bits * (i % perByte);
                out.put(i / perByte, (byte) (out.get(i / perByte) | (value & (1L << bits) - 1) << shift));
            }
        }
    }

    static void print(Tensor t, StringBuilder out) {
        out.append('{');
        long numbers = t.dtype() == DType.COMPLEX64 || t.dtype() == DType.COMPLEX128 ? 2 * t.elements() : t.elements();
        ByteBuffer data = t.data();
        for (int i = 0; i < numbers; i++) {
            out.append(i == 0 ? "" : ", ");
            switch (t.dtype()) {
                case STRING -> OnnxText.quote(new String(t.strings().get(i), StandardCharsets.UTF_8), out);
                case FLOAT, COMPLEX64 -> out.append(text(Float.toString(data.getFloat(4 * i))));
                case DOUBLE, COMPLEX128 -> out.append(text(Double.toString(data.getDouble(8 * i))));
                case UINT64 -> out.append(Long.toUnsignedString(data.getLong(8 * i)));
                default -> out.append(get(data, t.dtype(), i));
            }
        }
        out.append('}');
    }

    private static long get(ByteBuffer data, DType type, int i) {
        int bits = type.bits();
        long raw = switch (bits) {
            case 64 -> data.getLong(8 * i);
            case 32 -> data.getInt(4 * i);
            case 16 -> data.getShort(2 * i);
            case 8 -> data.get(i);
            default -> data.get(bits * i / 8) >> bits * i % 8;
        };
        int unused = 64 - bits;
        return isSigned(type) ? raw << unused >> unused : raw << unused >>> unused;
    }

    /** Java's text of a float, which gives back the same float, in the words of ONNX text. */
    static String text(String number) {
        return switch (number) {
            case "NaN" -> "nan";
            case "Infinity" -> "inf";
            case "-Infinity" -> "-inf";
            default -> number.endsWith(".0") ? number.substring(0, number.length() - 2) : number;
        };
    }
}
