package espalier.work;

import espalier.data.Batch;
import espalier.graph.BadInputException;
import espalier.graph.Dim;
import espalier.graph.Model;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.graph.ValueInfo;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Samples as inputs of a model. */
final class Feeding {
    private Feeding() {}

    static Map<String, Tensor> of(Model model, Batch batch) {
        List<ValueInfo> wanted = model.graph().requiredInputs();
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        batch.inputs().forEach((name, tensor) -> {
            ValueInfo input = input(wanted, name);
            requireFit(input, tensor);
            inputs.put(input.name(), filledUp(tensor, input));
        });
        List<String> names = wanted.stream().map(ValueInfo::name).toList();
        if (!inputs.keySet().containsAll(names)) {
            throw BadInputException.of("the model needs the inputs %s, but the data gives %s", names, inputs.keySet());
        }
        return inputs;
    }

    private static ValueInfo input(List<ValueInfo> wanted, String name) {
        if (name.isEmpty() && wanted.size() == 1) {
            return wanted.get(0);
        }
        List<String> names = wanted.stream().map(ValueInfo::name).toList();
        return wanted.stream()
                .filter(w -> w.name().equals(name))
                .findFirst()
                .orElseThrow(() -> name.isEmpty()
                        ? BadInputException.of(
                                "the model has %d inputs (%s): give the data as npz with an array for each",
                                names.size(), String.join(", ", names))
                        : BadInputException.of("the model's inputs are %s, but the data has '%s'", names, name));
    }

    private static void requireFit(ValueInfo input, Tensor tensor) {
        List<Dim> dims = input.dims().orElse(List.of());
        if (dims.isEmpty()) {
            return;
        }
        Shape shape = tensor.shape();
        boolean fits = dims.size() == shape.rank();
        for (int axis = 1; fits && axis < dims.size(); axis++) {
            fits = !dims.get(axis).isFixed() || dims.get(axis).size() == shape.dim(axis);
        }
        if (!fits) {
            throw BadInputException.of(
                    "input '%s' is %s, but the samples are %s",
                    input.name(),
                    input.type().map(Object::toString).orElse("no tensor"),
                    Shape.of(shape.stream().skip(1).boxed().toList()));
        }
    }

    /** Zeros fill a batch up where the model was made for a larger one: the last of an epoch may be short. */
    private static Tensor filledUp(Tensor t, ValueInfo input) {
        long rows = input.dims()
                .filter(d -> !d.isEmpty() && d.get(0).isFixed())
                .map(d -> d.get(0).size())
                .orElse(0L);
        if (t.shape().rank() == 0 || t.shape().dim(0) >= rows) {
            return t;
        }
        Shape shape = t.shape().with(0, rows);
        ByteBuffer data = Tensor.allocate(t.dtype(), shape);
        data.put(t.data()).rewind();
        return Tensor.of(t.dtype(), shape, data);
    }
}
