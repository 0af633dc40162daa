package espalier.work;

import espalier.graph.Model;
import espalier.graph.Tensor;
import espalier.onnx.OnnxFile;
import espalier.runtime.OrtSession;
import java.util.List;
import java.util.Map;

/** ONNX Runtime as a referee whose clock stands still. */
public final class Judge implements Referee {
    @Override
    public Session open(Model model) {
        OrtSession session = OrtSession.of(OnnxFile.bytes(model), 1);
        return new Session() {
            @Override
            public Map<String, Tensor> run(Map<String, Tensor> inputs) {
                return session.run(inputs);
            }

            @Override
            public void close() {
                session.close();
            }
        };
    }

    @Override
    public double[] latencyMillis(List<Model> models) {
        return models.stream().mapToDouble(m -> 1).toArray();
    }
}
