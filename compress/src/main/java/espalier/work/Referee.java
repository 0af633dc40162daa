package espalier.work;

import espalier.graph.Model;
import espalier.graph.Tensor;
import java.util.List;
import java.util.Map;

/**
 * An independent engine that judges models: what it computes and how long that takes counts, not what the training engine says. The
 * command line wires ONNX Runtime in.
 */
public interface Referee {
    /** A model made ready to run; the caller closes it. */
    Session open(Model model);

    /**
     * Median milliseconds of one inference of batch 1 for each model, taken in turns so that load on the machine meets all of them.
     */
    double[] latencyMillis(List<Model> models);

    /** The model as the engine runs it, after its own rewriting: shows what was fused. */
    Model optimized(Model model);

    /** A loaded model. */
    interface Session extends AutoCloseable {
        /** All graph outputs by name. */
        Map<String, Tensor> run(Map<String, Tensor> inputs);

        @Override
        void close();
    }
}
