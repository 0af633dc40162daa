package espalier.runtime;

import espalier.graph.BadInputException;
import espalier.graph.DType;
import espalier.graph.Half;
import espalier.graph.Model;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.graph.ValueInfo;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/**
 * Inputs for a model when there are no data: floats from the standard normal distribution; integers and booleans 0 or 1, which
 * serve as token, segment and mask alike.
 */
public final class RandomInputs {
    private RandomInputs() {}

    /**
     * One tensor for every required input.
     *
     * @param shapes concrete shapes by input name
     * @param seed the same seed gives the same inputs
     */
    public static Map<String, Tensor> of(Model model, Map<String, Shape> shapes, long seed) {
        Random random = new Random(seed);
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        for (ValueInfo input : model.graph().requiredInputs()) {
            Shape shape = shapes.get(input.name());
            if (shape == null || input.type().isEmpty()) {
                throw BadInputException.of("input '%s' has no known shape or is not a tensor", input.name());
            }
            inputs.put(input.name(), tensor(input.name(), input.type().get().dtype(), shape, random));
        }
        return inputs;
    }

    private static Tensor tensor(String name, DType dtype, Shape shape, Random random) {
        if (dtype == DType.STRING || dtype.bits() < 8) {
            throw BadInputException.of("input '%s' is %s: give data for it", name, dtype.text());
        }
        ByteBuffer data = Tensor.allocate(dtype, shape);
        while (data.hasRemaining()) {
            put(data, dtype, random);
        }
        return Tensor.of(dtype, shape, data.flip());
    }

    private static void put(ByteBuffer data, DType dtype, Random random) {
        switch (dtype) {
            case FLOAT -> data.putFloat((float) random.nextGaussian());
            case DOUBLE -> data.putDouble(random.nextGaussian());
            case FLOAT16 -> data.putShort(Half.fromFloat((float) random.nextGaussian()));
            case BFLOAT16 -> data.putShort((short) (Float.floatToIntBits((float) random.nextGaussian()) >>> 16));
            default -> {
                data.put((byte) random.nextInt(2));
                data.position(data.position() + dtype.bits() / 8 - 1);
            }
        }
    }
}
