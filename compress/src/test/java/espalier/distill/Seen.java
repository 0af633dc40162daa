package espalier.distill;

import espalier.graph.Shape;
import espalier.torch.Tensors;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/** What a made-up network computes: scores, an early and a late feature map, an embedding. */
record Seen(Map<String, float[]> numbers, int samples, int classes, Map<String, long[]> shapes) {
    /** Views in which a loss sees what it looks for. */
    Views of(Distillation loss, boolean learns, long[] labels) {
        Map<String, Tensor> values = new HashMap<>();
        numbers.forEach((name, n) -> values.put(name, tensor(shapes.get(name), n, learns)));
        Views views = new Views(values, "logits", names(loss), Optional.empty(), Optional.empty());
        return views.withLabels(Tensors.of(espalier.graph.Tensor.longs(Shape.of(samples), labels)));
    }

    static Tensor tensor(long[] shape, float[] numbers, boolean learns) {
        Tensor t = Tensors.of(espalier.graph.Tensor.floats(Shape.of(shape), numbers));
        t.set_requires_grad(learns);
        return t;
    }

    private static List<String> names(Distillation loss) {
        return switch (loss.points().where()) {
            case SCORES -> List.of("logits");
            case EMBEDDING -> List.of("embedding");
            case MIDDLE -> List.of("early");
            case LAST -> List.of("late");
            case STAGES -> List.of("early", "late");
        };
    }
}
