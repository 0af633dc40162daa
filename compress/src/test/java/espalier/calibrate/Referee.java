package espalier.calibrate;

import espalier.data.Batches;
import espalier.graph.DType;
import espalier.graph.Extra;
import espalier.graph.Model;
import espalier.graph.Tensor;
import espalier.graph.ValueInfo;
import espalier.onnx.OnnxFile;
import espalier.runtime.Difference;
import espalier.runtime.OrtSession;
import espalier.runtime.SessionSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What ONNX Runtime computes for the first batch of a data set. */
final class Referee {
    private Referee() {}

    static Tensor value(Model model, Batches batches, String value) {
        ValueInfo out =
                new ValueInfo(value, Optional.of(new ValueInfo.Type(DType.FLOAT, Optional.empty())), Extra.NONE);
        return run(model.withGraph(model.graph().withOutputs(List.of(out))), batches)
                .get(value);
    }

    static Map<String, Tensor> run(Model model, Batches batches) {
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        String only = model.graph().requiredInputs().get(0).name();
        batches.batch(0, 0).inputs().forEach((name, t) -> inputs.put(name.isEmpty() ? only : name, t));
        try (OrtSession session = OrtSession.of(
                OnnxFile.bytes(model), new SessionSettings().withThreads(1).unoptimized())) {
            return session.run(inputs);
        }
    }

    /** The largest difference of the outputs, relative to the largest output. */
    static double difference(Model a, Model b, Batches batches) {
        return Difference.worst(Difference.between(run(a, batches), run(b, batches)));
    }
}
