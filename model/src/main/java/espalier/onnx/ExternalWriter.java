package espalier.onnx;

import espalier.graph.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Gives the weights of a model places one after the other in a file beside it, each at a page so that a runtime can map it. */
final class ExternalWriter implements ModelWriter.Elsewhere {
    private static final int PAGE = 4096;
    /** Smaller tensors stay in the model, where shape inference finds them. */
    private static final int SMALLEST = 1024;

    private static final String LOCATION = "location";

    private final String location;
    private final List<Tensor> tensors = new ArrayList<>();
    private long end;

    ExternalWriter(String location) {
        this.location = location;
    }

    @Override
    public Map<String, String> put(Tensor tensor) {
        if (tensor.bytes() < SMALLEST || !tensor.strings().isEmpty()) {
            return Map.of();
        }
        long offset = aligned(end);
        end = offset + tensor.bytes();
        tensors.add(tensor);
        Map<String, String> place = new LinkedHashMap<>();
        place.put(LOCATION, location);
        place.put("offset", Long.toString(offset));
        place.put("length", Long.toString(tensor.bytes()));
        return place;
    }

    /** Whether a model keeps weights in a file of its folder; one that was written in an unusual way may seem not to. */
    static boolean isNamed(String file, byte[] model) {
        Output entry = new Output();
        entry.text(1, LOCATION);
        entry.text(2, file);
        byte[] wanted = entry.toByteArray();
        for (int i = 0; i <= model.length - wanted.length; i++) {
            if (Arrays.equals(model, i, i + wanted.length, wanted, 0, wanted.length)) {
                return true;
            }
        }
        return false;
    }

    private static long aligned(long position) {
        return (position + PAGE - 1) / PAGE * PAGE;
    }

    void to(WritableByteChannel channel) throws IOException {
        long at = 0;
        for (Tensor t : tensors) {
            write(ByteBuffer.allocate((int) (aligned(at) - at)), channel);
            write(t.data(), channel);
            at = aligned(at) + t.bytes();
        }
    }

    private static void write(ByteBuffer data, WritableByteChannel channel) throws IOException {
        while (data.hasRemaining()) {
            channel.write(data);
        }
    }
}
