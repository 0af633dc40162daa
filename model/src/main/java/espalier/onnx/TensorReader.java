package espalier.onnx;

import espalier.graph.BadInputException;
import espalier.graph.DType;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code TensorProto} in all its forms as a {@link Tensor}; raw data are sliced, typed lists are packed. Documentation and metadata of
 * a tensor are not kept.
 */
final class TensorReader {
    private static final int EXTERNAL = 1;
    private static final int HIGHEST_RANK = 32;
    private static final long COST = 250;

    private final ExternalReader external;

    TensorReader(ExternalReader external) {
        this.external = external;
    }

    Tensor tensor(Message m) {
        String name = m.text(8);
        try {
            m.budget().take(COST);
            return read(m);
        } catch (ArithmeticException e) {
            throw new BadInputException(
                    "tensor '" + name + "': its sizes multiply to more than any file can hold: export the model again",
                    e);
        } catch (BadInputException e) {
            throw new BadInputException("tensor '" + name + "': " + e.getMessage(), e);
        }
    }

    private Tensor read(Message m) {
        long[] dims = m.varints(1);
        if (dims.length > HIGHEST_RANK) {
            throw BadInputException.of(
                    "rank %d is above the limit of %d: export the model again", dims.length, HIGHEST_RANK);
        }
        Shape shape = Shape.of(dims);
        DType type = DType.of((int) m.number(2, 0));
        if (m.has(3)) {
            throw new BadInputException("is stored in segments, which is not supported: save the model with raw data");
        }
        if (type == DType.STRING) {
            return Tensor.ofStrings(shape, strings(m, shape));
        }
        long bytes = type.bytes(shape.elements());
        if (m.number(14, 0) == EXTERNAL) {
            return Tensor.of(type, shape, external.read(ModelReader.pairs(m, 13), bytes));
        }
        List<ByteBuffer> raw = m.slices(9);
        return Tensor.of(type, shape, raw.isEmpty() ? typed(m, type, bytes) : raw.get(raw.size() - 1));
    }

    private static List<byte[]> strings(Message m, Shape shape) {
        if (m.count(6) != shape.elements()) {
            throw BadInputException.of("string%s does not fit %d stored strings", shape, m.count(6));
        }
        List<byte[]> out = new ArrayList<>();
        for (ByteBuffer b : m.slices(6)) {
            m.budget().take(b.remaining());
            byte[] bytes = new byte[b.remaining()];
            b.get(bytes);
            out.add(bytes);
        }
        return out;
    }

    private static ByteBuffer typed(Message m, DType type, long bytes) {
        return switch (type) {
            case FLOAT, COMPLEX64 -> m.fixed(4, 4);
            case DOUBLE, COMPLEX128 -> m.fixed(10, 8);
            case INT64 -> narrow(m.varints(7), type, bytes);
            case UINT32, UINT64 -> narrow(m.varints(11), type, bytes);
            default -> narrow(m.varints(5), type, bytes);
        };
    }

    /** Numbers stored as varints in the width of their type; those of less than a byte arrive packed already. */
    private static ByteBuffer narrow(long[] values, DType type, long bytes) {
        int width = Math.max(1, type.bits() / 8);
        if ((long) values.length * width != bytes) {
            throw BadInputException.of(
                    "%s needs %d bytes, but %d numbers are stored: export the model again",
                    type.text(), bytes, values.length);
        }
        ByteBuffer out = ByteBuffer.allocate((int) bytes).order(java.nio.ByteOrder.LITTLE_ENDIAN);
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
