package espalier.op;

import espalier.graph.BadInputException;
import espalier.graph.DType;
import espalier.graph.Shape;
import espalier.graph.Tensor;

/**
 * Element type and shape of a value, both known.
 *
 * @param dtype type of the elements
 * @param shape sizes of all axes
 */
public record TensorType(DType dtype, Shape shape) {
    public TensorType {
        try {
            dtype.bytes(shape.elements());
        } catch (ArithmeticException e) {
            throw new BadInputException("shape " + shape + " has more elements than can be counted", e);
        }
    }

    static TensorType of(DType dtype, long... dims) {
        return new TensorType(dtype, Shape.of(dims));
    }

    static TensorType of(Tensor tensor) {
        return new TensorType(tensor.dtype(), tensor.shape());
    }

    /** Bytes of the elements stored densely; 0 for strings. */
    public long bytes() {
        return dtype.bytes(shape.elements());
    }

    @Override
    public String toString() {
        return dtype.text() + shape;
    }
}
