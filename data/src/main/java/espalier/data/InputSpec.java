package espalier.data;

import espalier.graph.DType;
import espalier.graph.Shape;
import java.util.Optional;

/**
 * One thing that a sample consists of.
 *
 * @param name the model's input that it goes to; empty for "the model's only input"
 * @param shape of one sample, without the batch: {@code [channels,height,width]} for an image
 * @param dtype {@link DType#FLOAT}, or {@link DType#INT64} or {@link DType#INT32} for indices
 * @param channelsLast whether the model takes {@code [height,width,channels]}, into which batches turn the image
 * @param folded the shape in which the model takes a row of a table, where that has more axes
 */
public record InputSpec(String name, Shape shape, DType dtype, boolean channelsLast, Optional<Shape> folded) {
    public InputSpec(String name, Shape shape, DType dtype) {
        this(name, shape, dtype, false);
    }

    public InputSpec(String name, Shape shape, DType dtype, boolean channelsLast) {
        this(name, shape, dtype, channelsLast, Optional.empty());
    }

    public InputSpec {
        if (dtype != DType.FLOAT && dtype != DType.INT64 && dtype != DType.INT32) {
            throw new IllegalArgumentException("samples are float, int64 or int32, not " + dtype.text());
        }
        if (channelsLast && shape.rank() != 3) {
            throw new IllegalArgumentException("only images have channels last, not " + shape);
        }
        if (folded.isPresent() && (shape.rank() != 1 || folded.get().elements() != shape.elements())) {
            throw new IllegalArgumentException("only rows of a table are folded, not " + shape);
        }
        Math.toIntExact(shape.elements());
    }

    /** Floats for the model's only input. */
    public static InputSpec floats(long... shape) {
        return new InputSpec("", Shape.of(shape), DType.FLOAT);
    }

    /** Elements of one sample. */
    public int elements() {
        return (int) shape.elements();
    }

    public boolean isImage() {
        return shape.rank() == 3 && dtype == DType.FLOAT;
    }

    /** The shape in which the model takes the sample. */
    public Shape taken() {
        return channelsLast ? Shape.of(shape.dim(1), shape.dim(2), shape.dim(0)) : folded.orElse(shape);
    }
}
