package espalier.work;

import espalier.graph.Model;
import espalier.graph.Tensor;
import espalier.onnx.OnnxFile;
import espalier.runtime.OptimizedGraph;
import espalier.runtime.OrtSession;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** ONNX Runtime, with latencies that are told instead of measured. */
public record OrtJudge(ToDoubleFunction<Model> millis) implements Referee {
    /** All networks are equally fast. */
    public static OrtJudge still() {
        return new OrtJudge(m -> 1);
    }

    /** Quantized networks take half the time. */
    public static OrtJudge fast() {
        return new OrtJudge(m -> m.graph().nodes().stream().anyMatch(n -> n.is("QuantizeLinear")) ? 1 : 2);
    }

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
        return models.stream().mapToDouble(millis).toArray();
    }

    @Override
    public Model optimized(Model model) {
        return OptimizedGraph.of(OnnxFile.bytes(model));
    }
}
