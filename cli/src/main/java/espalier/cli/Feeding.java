package espalier.cli;

import espalier.data.Batch;
import espalier.data.DataSet;
import espalier.graph.BadInputException;
import espalier.graph.Dim;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.graph.ValueInfo;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Batches of a data set as inputs of a model. */
final class Feeding {
    private Feeding() {}

    /**
     * The batch under the names of the model's inputs; rows of zeros fill it up where the model wants {@code rows}.
     *
     * @throws BadInputException when names or shapes do not fit
     */
    static Map<String, Tensor> of(ModelFile model, DataSet data, Batch batch, long rows) {
        List<ValueInfo> wanted = model.model().graph().requiredInputs();
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        batch.inputs().forEach((name, tensor) -> {
            ValueInfo input = input(model, data, wanted, name);
            requireFit(model, data, input, tensor);
            inputs.put(input.name(), padded(tensor, rows));
        });
        return inputs;
    }

    private static ValueInfo input(ModelFile model, DataSet data, List<ValueInfo> wanted, String name) {
        if (name.isEmpty() && wanted.size() == 1) {
            return wanted.get(0);
        }
        List<String> names = wanted.stream().map(ValueInfo::name).toList();
        return wanted.stream()
                .filter(w -> w.name().equals(name))
                .findFirst()
                .orElseThrow(() -> BadInputException.of(
                        "%s: its inputs are %s, but %s has %s",
                        model.name(),
                        names,
                        data.name(),
                        name.isEmpty() ? "only one, without a name" : "'" + name + "'"));
    }

    private static void requireFit(ModelFile model, DataSet data, ValueInfo input, Tensor tensor) {
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
                    "%s: input '%s' is %s, but samples of %s are %s",
                    model.name(),
                    input.name(),
                    input.type().map(Object::toString).orElse("no tensor"),
                    data.name(),
                    Shape.of(shape.stream().skip(1).boxed().toList()));
        }
    }

    private static Tensor padded(Tensor t, long rows) {
        if (t.shape().dim(0) >= rows) {
            return t;
        }
        Shape shape = t.shape().with(0, rows);
        ByteBuffer data = Tensor.allocate(t.dtype(), shape);
        data.put(t.data()).rewind();
        return Tensor.of(t.dtype(), shape, data);
    }
}
