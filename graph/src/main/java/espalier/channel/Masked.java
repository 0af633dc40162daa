package espalier.channel;

import espalier.graph.Model;
import espalier.graph.Tensor;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Sets to zero what a choice would remove and leaves all shapes. The result computes what the cut model computes: consumers do not
 * read what goes, and producers make zeros there.
 */
public final class Masked {
    private Masked() {}

    public static Model apply(Model model, Choice choice) {
        Map<String, ByteBuffer> masked = new LinkedHashMap<>();
        Map<String, Tensor> initializers = model.graph().initializers();
        for (Slot s : choice.groups().slots()) {
            Tensor t = initializers.get(s.initializer());
            if (t != null && s.role() != Role.UNMASKED && choice.touches(s.units())) {
                zero(s, choice, t, masked.computeIfAbsent(s.initializer(), n -> copy(t)));
            }
        }
        Map<String, Tensor> out = new LinkedHashMap<>();
        masked.forEach((name, data) -> {
            Tensor t = initializers.get(name);
            out.put(name, Tensor.of(t.dtype(), t.shape(), data));
        });
        return model.withGraph(model.graph().plusInitializers(out));
    }

    private static ByteBuffer copy(Tensor t) {
        ByteBuffer data = Tensor.allocate(t.dtype(), t.shape());
        data.put(t.data()).flip();
        return data;
    }

    private static void zero(Slot slot, Choice choice, Tensor tensor, ByteBuffer data) {
        int width = tensor.dtype().bits() / 8;
        slot.walk((unit, from, to) -> {
            if (choice.removes(unit + 1)) {
                for (int i = from * width; i < to * width; i++) {
                    data.put(i, (byte) 0);
                }
            }
        });
    }
}
