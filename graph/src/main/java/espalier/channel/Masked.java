package espalier.channel;

import espalier.graph.Model;
import espalier.graph.Tensor;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Sets to zero what a choice would remove and leaves all shapes. The result computes what the cut model computes: consumers do not
 * read what goes, and producers make zeros there.
 */
public final class Masked {
    private Masked() {}

    public static Model apply(Model model, Choice choice) {
        Map<String, Tensor> initializers = new LinkedHashMap<>(model.graph().initializers());
        Map<String, List<Slot>> touched = choice.touchedSlots();
        initializers.replaceAll((name, t) -> masked(t, touched.getOrDefault(name, List.of()), choice));
        return model.withGraph(model.graph().withInitializers(initializers));
    }

    private static Tensor masked(Tensor tensor, List<Slot> slots, Choice choice) {
        if (slots.isEmpty()) {
            return tensor;
        }
        ByteBuffer data = copy(tensor);
        for (Slot s : slots) {
            if (s.role() != Role.UNMASKED) {
                zero(s, choice, tensor, data);
            }
        }
        return Tensor.of(tensor.dtype(), tensor.shape(), data);
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
