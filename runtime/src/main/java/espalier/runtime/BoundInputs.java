package espalier.runtime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import espalier.graph.BadInputException;
import espalier.graph.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/** Inputs that ONNX Runtime already holds, so that a run costs the model's arithmetic alone. */
final class BoundInputs implements AutoCloseable {
    private final OrtSession session;
    private final Map<String, OnnxTensor> tensors = new LinkedHashMap<>();

    private BoundInputs(OrtSession session) {
        this.session = session;
    }

    static BoundInputs of(OrtSession session, Map<String, Tensor> inputs) {
        BoundInputs bound = new BoundInputs(session);
        try {
            inputs.forEach(bound::put);
            session.inputs().forEach(bound::requireGiven);
            return bound;
        } catch (RuntimeException e) {
            bound.close();
            throw e;
        }
    }

    private void put(String input, Tensor tensor) {
        if (!session.inputs().contains(input)) {
            throw BadInputException.of(
                    "%s: has no input '%s'; its inputs are %s", session.name(), input, session.inputs());
        }
        try {
            tensors.put(input, HostTensors.toOrt(input, tensor));
        } catch (OrtException e) {
            throw OrtErrors.refused(session.name(), "take input '" + input + "' " + tensor.shape(), e);
        }
    }

    private void requireGiven(String input) {
        if (!tensors.containsKey(input)) {
            throw BadInputException.of("%s: needs input '%s', which was not given", session.name(), input);
        }
    }

    LinkedHashMap<String, Tensor> run() {
        return session.call(tensors, true);
    }

    /** Runs and drops the outputs uncopied. */
    void runOnly() {
        session.call(tensors, false);
    }

    @Override
    public void close() {
        tensors.values().forEach(OnnxTensor::close);
    }
}
