package espalier.onnx;

import espalier.graph.BadInputException;
import espalier.graph.DType;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** {@code TensorProto} in all its forms as a {@link Tensor}; raw data are sliced, typed lists are packed. */
final class TensorReader {
    private static final int EXTERNAL = 1;
    private static final int HIGHEST_RANK = 32;

    private final ExternalData external;

    TensorReader(ExternalData external) {
        this.external = external;
    }

    Tensor tensor(Fields f) {
        String name = f.text(8);
        try {
            return read(f);
        } catch (ArithmeticException e) {
            throw new BadInputException("tensor '" + name + "': its sizes multiply to more than any file can hold", e);
        } catch (BadInputException e) {
            throw new BadInputException("tensor '" + name + "': " + e.getMessage(), e);
        }
    }

    private Tensor read(Fields f) {
        long[] dims = f.varints(1);
        if (dims.length > HIGHEST_RANK) {
            throw BadInputException.of("rank %d is above the limit of %d", dims.length, HIGHEST_RANK);
        }
        Shape shape = Shape.of(dims);
        DType type = DType.of((int) f.number(2, 0));
        if (type == DType.STRING) {
            return Tensor.ofStrings(shape, strings(f));
        }
        if (f.number(14, 0) == EXTERNAL) {
            return Tensor.of(type, shape, external.read(ModelReader.pairs(f, 13), type.bytes(shape.elements())));
        }
        List<ByteBuffer> raw = f.slices(9);
        return Tensor.of(type, shape, raw.isEmpty() ? typed(f, type, shape) : raw.get(raw.size() - 1));
    }

    private static List<byte[]> strings(Fields f) {
        List<byte[]> out = new ArrayList<>();
        for (ByteBuffer b : f.slices(6)) {
            byte[] bytes = new byte[b.remaining()];
            b.get(bytes);
            out.add(bytes);
        }
        return out;
    }

    private static ByteBuffer typed(Fields f, DType type, Shape shape) {
        return switch (type) {
            case FLOAT, COMPLEX64 -> f.fixed(4, 4);
            case DOUBLE, COMPLEX128 -> f.fixed(10, 8);
            case INT64 -> narrow(f.varints(7), type, shape);
            case UINT32, UINT64 -> narrow(f.varints(11), type, shape);
            default -> narrow(f.varints(5), type, shape);
        };
    }

    /** Numbers stored as varints in the width of their type; those of less than a byte arrive packed already. */
    private static ByteBuffer narrow(long[] values, DType type, Shape shape) {
        int width = Math.max(1, type.bits() / 8);
        if ((long) values.length * width != type.bytes(shape.elements())) {
            throw BadInputException.of("%s%s does not fit %d stored numbers", type.text(), shape, values.length);
        }
        ByteBuffer out = Tensor.allocate(type, shape);
        for (long v : values) {
            switch (width) {
                case 1 -> out.put((byte) v);
                case 2 -> out.putShort((short) v);
                case 4 -> out.putInt((int) v);
                default -> out.putLong(v);
            }
        }
        return out.flip();
    }
}
