package espalier.cli;

import espalier.graph.Model;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.onnx.OnnxFile;
import espalier.op.InputShapes;
import espalier.runtime.LatencyComparison;
import espalier.runtime.LatencyComparison.Candidate;
import espalier.runtime.OptimizedGraph;
import espalier.runtime.OrtSession;
import espalier.runtime.RandomInputs;
import espalier.runtime.Sampling;
import espalier.work.Referee;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * ONNX Runtime as the judge of compressed models.
 *
 * @param threads it may use when it evaluates; latency is measured on one thread, as a device would run it
 * @param shapes of inputs that have other free sizes than the batch
 * @param budget time spent on the latency of each model
 */
public record OrtReferee(int threads, Map<String, Shape> shapes, Duration budget) implements Referee {
    private static final long SEED = 1;

    @Override
    public Session open(Model model) {
        return judging(OrtSession.of(OnnxFile.bytes(model), threads));
    }

    /** A session as compression sees it; closing one closes the other. */
    static Session judging(OrtSession session) {
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
    public Model optimized(Model model) {
        return OptimizedGraph.of(OnnxFile.bytes(model));
    }

    @Override
    public double[] latencyMillis(List<Model> models) {
        List<OrtSession> sessions = new ArrayList<>();
        try {
            List<Candidate> candidates = new ArrayList<>();
            for (Model m : models) {
                OrtSession session = OrtSession.of(OnnxFile.bytes(m), 1);
                sessions.add(session);
                candidates.add(new Candidate(session, RandomInputs.of(m, InputShapes.of(m, 1, sizes(m)), SEED)));
            }
            return LatencyComparison.measure(candidates, new Sampling().withBudget(budget)).latencies().stream()
                    .mapToDouble(espalier.runtime.Latency::p50)
                    .toArray();
        } finally {
            sessions.forEach(OrtSession::close);
        }
    }

    /** A part of a network has other inputs than the network, of sizes that are known, and need not read all of the network's. */
    private Map<String, Shape> sizes(Model model) {
        Map<String, Shape> own = new LinkedHashMap<>(hasFreeSizes(model) ? shapes : Map.of());
        own.keySet()
                .removeIf(name -> !name.isEmpty()
                        && model.graph().requiredInputs().stream()
                                .noneMatch(in -> in.name().equals(name)));
        return own;
    }

    private static boolean hasFreeSizes(Model model) {
        return model.graph().requiredInputs().stream()
                .anyMatch(in ->
                        in.dims().isEmpty() || in.dims().get().stream().skip(1).anyMatch(d -> !d.isFixed()));
    }
}
