package espalier.cli;

import espalier.graph.BadInputException;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.op.Cost;
import espalier.op.InputShapes;
import espalier.runtime.Difference;
import espalier.runtime.LatencyComparison;
import espalier.runtime.LatencyComparison.Candidate;
import espalier.runtime.OrtSession;
import espalier.runtime.RandomInputs;
import espalier.runtime.Sampling;
import espalier.work.Evaluation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        description = {
            "Shows models side by side: size, cost, latency in ONNX Runtime and, with data, accuracy.",
            "Then how far the outputs of each lie from those of the first on the same random inputs."
        },
        footer = {
            "",
            "Examples:",
            "  espalier compare before.onnx after.onnx",
            "  espalier compare before.onnx after.onnx --data fashion-mnist --json"
        })
final class CompareCommand implements Callable<Integer> {
    private static final long SEED = 1;
    private static final int EVALUATION_BATCH = 100;

    private final Console console;
    private final Table summary = new Table(
            Column.whole("model", "model"),
            Column.percent("accuracy", "accuracy"),
            Column.number("loss", "loss"),
            Column.amount("parameters", "parameters"),
            Column.amount("macs", "MACs"),
            Column.bytes("bytes", "file"),
            Column.bytes("peakActivationBytes", "peak"),
            Column.number("latencyMillis", "p50 ms"),
            Column.times("speedup", "speed"));
    private final Table differences = new Table(
            Column.whole("model", "model"),
            Column.text("output", "output"),
            Column.number("maxAbsolute", "max difference"),
            Column.number("maxRelative", "relative"));

    @Parameters(
            paramLabel = "MODEL",
            arity = "2..*",
            description = "ONNX files; the others are compared with the first.")
    private List<Path> models = List.of();

    @Option(
            names = "--data",
            paramLabel = "DATA",
            description = "A folder, a file or a name of the catalog (espalier data list).")
    private Optional<String> data = Optional.empty();

    @Mixin
    private SampleOptions samples = new SampleOptions();

    @Mixin
    private ShapeOptions shapes = new ShapeOptions();

    @Option(
            names = "--threads",
            paramLabel = "N",
            converter = PositiveCount.class,
            description = "Threads of ONNX Runtime (default: ${DEFAULT-VALUE}).")
    private int threads = 1;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    CompareCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        List<ModelFile> files = ModelFile.readAll(models);
        try (Sessions sessions = Sessions.open(files, threads)) {
            for (int i = 1; i < files.size(); i++) {
                difference(files, sessions, i);
            }
            summarize(files, sessions);
        }
        print();
        return ExitCode.DONE;
    }

    private void summarize(List<ModelFile> files, Sessions sessions) throws IOException {
        List<Candidate> candidates = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            candidates.add(new Candidate(sessions.get(i), inputs(files.get(i), files.get(i))));
        }
        LatencyComparison latency = LatencyComparison.measure(candidates, new Sampling());
        for (int i = 0; i < files.size(); i++) {
            ModelFile f = files.get(i);
            Optional<Evaluation> quality = evaluate(f, sessions.get(i));
            Cost cost = f.cost(sizes(f));
            summary.row(
                    f.name(),
                    quality.map(e -> e.accuracy().orElseThrow()),
                    quality.map(e -> e.loss().orElseThrow()),
                    cost.parameters(),
                    cost.macs(),
                    f.bytes(),
                    cost.peakActivationBytes(),
                    latency.latencies().get(i).p50(),
                    latency.speedup(0, i));
        }
    }

    private Optional<Evaluation> evaluate(ModelFile file, OrtSession session) throws IOException {
        return data.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        samples.evaluate(file, session, samples.open(data.get(), file), EVALUATION_BATCH, console));
    }

    private void difference(List<ModelFile> files, Sessions sessions, int i) {
        ModelFile first = files.get(0);
        ModelFile other = files.get(i);
        Map<String, Tensor> inputs = inputs(first, other);
        Map<String, Shape> given = new LinkedHashMap<>();
        inputs.forEach((name, tensor) -> given.put(name, tensor.shape()));
        try {
            InputShapes.of(other.model(), shapes.batch(), given);
            var expected = sessions.get(0).run(inputs(first, first));
            for (Difference d : Difference.between(expected, sessions.get(i).run(inputs))) {
                differences.row(other.name(), d.output(), d.maxAbsolute(), d.maxRelative());
            }
        } catch (BadInputException e) {
            throw new BadInputException(
                    other.name() + ": cannot be compared with " + first.name() + ": " + e.getMessage(), e);
        }
    }

    /** Inputs made for one model, under the names of another where it has as many. */
    private Map<String, Tensor> inputs(ModelFile of, ModelFile to) {
        Map<String, Tensor> made = RandomInputs.of(of.model(), sizes(of), SEED);
        List<String> names =
                to.model().graph().requiredInputs().stream().map(v -> v.name()).toList();
        if (names.size() != made.size() || made.keySet().containsAll(names)) {
            return made;
        }
        Map<String, Tensor> renamed = new LinkedHashMap<>();
        for (Tensor t : made.values()) {
            renamed.put(names.get(renamed.size()), t);
        }
        return renamed;
    }

    private Map<String, Shape> sizes(ModelFile file) {
        return file.shapes(shapes.batch(), shapes.byName());
    }

    private void print() {
        if (json) {
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("models", summary.json());
            document.put("differences", differences.json());
            console.json(document);
        } else {
            console.text(summary.text() + "\n" + differences.text());
        }
    }
}
