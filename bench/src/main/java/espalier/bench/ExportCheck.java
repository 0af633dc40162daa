package espalier.bench;

import espalier.data.Npz;
import espalier.graph.Model;
import espalier.graph.Tensor;
import espalier.onnx.OnnxFile;
import espalier.op.Cost;
import espalier.op.InputShapes;
import espalier.op.Trace;
import espalier.pass.Passes;
import espalier.runtime.Difference;
import espalier.runtime.LatencyComparison;
import espalier.runtime.LatencyComparison.Candidate;
import espalier.runtime.OrtSession;
import espalier.runtime.RandomInputs;
import espalier.runtime.Sampling;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Takes one export through everything. */
final class ExportCheck {
    /** Float noise of two libraries, or of two orders of summation. */
    private static final double TOLERANCE = 1e-4;

    /** A control that agrees this well would mean that the masks prove nothing. */
    private static final double CONTROL = 1e-2;

    private static final String EXPECTED = "expected_";
    private static final int THREADS = 2;
    private static final long SEED = 1;

    private ExportCheck() {}

    static ExportRow of(Path file, Duration budget) throws IOException {
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        Map<String, Tensor> expected = new LinkedHashMap<>();
        Npz.read(Path.of(file.toString().replace(".onnx", ".npz")))
                .forEach((name, t) -> (name.startsWith(EXPECTED) ? expected : inputs)
                        .put(name.startsWith(EXPECTED) ? name.substring(EXPECTED.length()) : name, t));
        Model model = OnnxFile.read(file);
        Map<String, Tensor> outputs = outputs(model, inputs);
        Model prepared = Passes.beforeTraining().apply(model);
        Cost cost = cost(model);

        boolean roundTrip = roundTrip(model, inputs, outputs);
        ProgramCheck program = ProgramCheck.of(prepared, inputs, outputs);
        HalfCut half = HalfCut.of(prepared);
        Map<String, Tensor> cutOutputs = outputs(half.cut(), inputs);
        double masked = worst(outputs(half.masked(), inputs), cutOutputs);
        double control = worst(outputs(half.opposite(), inputs), cutOutputs);
        Cost left = cost(half.cut());
        LatencyComparison latency = latency(model, half.cut(), budget);
        return new ExportRow(
                model.opset(),
                model.graph().nodes().size(),
                cost.parameters(),
                cost.macs(),
                roundTrip,
                worst(expected, outputs),
                program.difference(),
                program.learned(),
                program.moved(),
                half.groups(),
                half.millis(),
                masked,
                control,
                new ExportRow.Size(left.parameters(), left.macs()),
                new ExportRow.Pair(
                        latency.latencies().get(0).p50(),
                        latency.latencies().get(1).p50()),
                latency.speedup(0, 1),
                roundTrip
                        && program.difference() <= TOLERANCE
                        && program.moved() == program.learned()
                        && masked <= TOLERANCE
                        && control > CONTROL);
    }

    private static boolean roundTrip(Model model, Map<String, Tensor> inputs, Map<String, Tensor> outputs) {
        Model again = OnnxFile.parse(OnnxFile.bytes(model));
        return again.equals(model) && outputs(again, inputs).equals(outputs);
    }

    private static Map<String, Tensor> outputs(Model model, Map<String, Tensor> inputs) {
        try (OrtSession session = OrtSession.of(OnnxFile.bytes(model), THREADS)) {
            return session.run(inputs);
        }
    }

    private static double worst(Map<String, Tensor> reference, Map<String, Tensor> other) {
        return Difference.worst(Difference.between(reference, other));
    }

    private static Cost cost(Model model) {
        return Cost.of(model, Trace.of(model, InputShapes.of(model, 1, Map.of())));
    }

    private static LatencyComparison latency(Model before, Model after, Duration budget) {
        Map<String, Tensor> image = RandomInputs.of(before, InputShapes.of(before, 1, Map.of()), SEED);
        try (OrtSession a = OrtSession.of(OnnxFile.bytes(before), 1);
                OrtSession b = OrtSession.of(OnnxFile.bytes(after), 1)) {
            return LatencyComparison.measure(
                    List.of(new Candidate(a, image), new Candidate(b, image)), new Sampling().withBudget(budget));
        }
    }
}
