package espalier.channel;

import espalier.graph.DType;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Takes the removed elements out of one initializer, one array of labels after the other. */
final class WeightCut {
    private final Choice choice;
    private final DType dtype;
    private int[] view;
    private ByteBuffer data;

    private WeightCut(Choice choice, Tensor tensor, int[] view) {
        this.choice = choice;
        this.dtype = tensor.dtype();
        this.view = view;
        this.data = tensor.data();
    }

    /** All initializers, those that change smaller. */
    static Map<String, Tensor> of(Map<String, Tensor> initializers, Choice choice) {
        Map<String, Tensor> out = new LinkedHashMap<>(initializers);
        Map<String, List<Slot>> touched = choice.touchedSlots();
        out.replaceAll((name, tensor) -> cut(tensor, touched.getOrDefault(name, List.of()), choice));
        return out;
    }

    private static Tensor cut(Tensor tensor, List<Slot> slots, Choice choice) {
        if (slots.isEmpty()) {
            return tensor;
        }
        int[] before = Site.ints(slots.get(0).view());
        WeightCut cut = new WeightCut(choice, tensor, before);
        List<Labels> arrays = new ArrayList<>();
        for (Slot s : slots) {
            if (!arrays.contains(s.units())) {
                arrays.add(s.units());
            }
        }
        while (!arrays.isEmpty()) {
            Labels l = arrays.remove(0);
            cut.remove(l);
            arrays.replaceAll(other -> cut.rest(l, other));
        }
        Shape shape = folded(Site.ints(tensor.shape()), before, cut.view);
        return Tensor.of(tensor.dtype(), shape, cut.data);
    }

    private void remove(Labels l) {
        int[] smaller = Extent.kept(view, l, choice);
        int last = view.length - 1;
        while (last >= 0 && !l.varies(last)) {
            last--;
        }
        int run = dtype.bits() / 8;
        for (int i = last + 1; i < view.length; i++) {
            run *= view[i];
        }
        long elements = 1;
        for (int d : smaller) {
            elements *= d;
        }
        ByteBuffer out =
                ByteBuffer.allocate(Math.toIntExact(dtype.bytes(elements))).order(ByteOrder.LITTLE_ENDIAN);
        Odometer o = new Odometer(java.util.Arrays.copyOf(view, last + 1), l);
        for (int from = 0; o.hasNext(); from += run) {
            if (!choice.removes(o.next())) {
                out.put(out.position(), data, from, run);
                out.position(out.position() + run);
            }
        }
        view = smaller;
        data = out.flip();
    }

    /** What another array says about the elements that are left. */
    private Labels rest(Labels gone, Labels other) {
        Labels out = other;
        for (int axis = 0; axis < other.rank(); axis++) {
            if (!gone.varies(axis) || !other.varies(axis)) {
                continue;
            }
            boolean[] kept = Extent.keptAlong(other.dims()[axis], axis, gone, choice);
            int n = Extent.before(kept, kept.length);
            if (gone.varying() > 1 && n < kept.length) {
                throw new IllegalStateException("labels of one weight overlap along several axes");
            }
            out = out.take(axis, positions(kept, n));
        }
        return out;
    }

    static int[] positions(boolean[] kept, int n) {
        int[] index = new int[n];
        for (int i = 0, k = 0; i < kept.length; i++) {
            if (kept[i]) {
                index[k++] = i;
            }
        }
        return index;
    }

    /** The shape of the initializer itself, where the view splits axes of it or puts 1s in front. */
    private static Shape folded(int[] original, int[] before, int[] after) {
        long[] out = new long[original.length];
        for (Blocks b = new Blocks(original, before); b.next(); ) {
            long n = 1;
            for (int i = b.to(); i < b.toEnd(); i++) {
                n *= after[i];
            }
            for (int i = b.from(); i < b.fromEnd(); i++) {
                out[i] = i == b.fromEnd() - 1 ? n : 1;
            }
        }
        return Shape.of(out);
    }
}
