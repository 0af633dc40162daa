package espalier.cli;

import espalier.graph.Tensor;
import espalier.op.Cost;
import espalier.runtime.Latency;
import espalier.runtime.LatencyComparison;
import espalier.runtime.LatencyComparison.Candidate;
import espalier.runtime.RandomInputs;
import espalier.runtime.Sampling;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        description = {
            "Measures the latency of models in ONNX Runtime on random inputs.",
            "Several models are measured in turn, so that their ratios hold on a machine whose speed drifts."
        },
        footer = {
            "",
            "Examples:",
            "  espalier bench model.onnx",
            "  espalier bench large.onnx small.onnx --threads 1,2 --batch 1,64",
            "  espalier bench bert.onnx --shape ids=1x128 --json"
        })
final class BenchCommand implements Callable<Integer> {
    private static final long SEED = 1;

    private final Console console;
    private final Table table = new Table(
            Column.whole("model", "model"),
            Column.bytes("bytes", "file"),
            Column.amount("parameters", "parameters"),
            Column.amount("macs", "MACs"),
            Column.bytes("peakActivationBytes", "peak"),
            Column.count("threads", "threads"),
            Column.count("batch", "batch"),
            Column.number("latencyMillis", "p50 ms"),
            Column.number("p90Millis", "p90 ms"),
            Column.number("p99Millis", "p99 ms"),
            Column.number("minMillis", "min ms"),
            Column.count("runs", "runs"),
            Column.times("speedup", "speed"));

    @Parameters(paramLabel = "MODEL", arity = "1..*", description = "ONNX files; the first is the one to compare with.")
    private List<Path> models = List.of();

    @Option(
            names = "--threads",
            paramLabel = "N",
            split = ",",
            converter = PositiveCount.class,
            description = "Threads, one or more numbers (default: 1).")
    private List<Integer> threads = List.of(1);

    @Option(
            names = "--batch",
            paramLabel = "N",
            split = ",",
            converter = PositiveCount.class,
            description = "Batches, one or more numbers (default: that of --shape, or 1).")
    private List<Integer> batches = List.of();

    @Option(
            names = "--seconds",
            paramLabel = "S",
            converter = Seconds.class,
            description = "Time for each model and setting (default: 1).")
    private Duration time = Duration.ofSeconds(1);

    @Mixin
    private ShapeOptions shapes = new ShapeOptions();

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    BenchCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        List<ModelFile> files = ModelFile.readAll(models);
        for (int batch : batches.isEmpty() ? List.of(Math.toIntExact(shapes.batch())) : batches) {
            for (int count : threads) {
                measure(files, count, batch);
            }
        }
        console.table(table, json);
        return ExitCode.DONE;
    }

    private void measure(List<ModelFile> files, int count, int batch) throws IOException {
        Sampling sampling = new Sampling().withBudget(time);
        try (Sessions sessions = Sessions.open(files, count)) {
            List<Candidate> candidates = new ArrayList<>();
            for (int i = 0; i < files.size(); i++) {
                var sizes = files.get(i).shapes(batch, shapes.byName());
                Map<String, Tensor> inputs = RandomInputs.of(files.get(i).model(), sizes, SEED);
                candidates.add(new Candidate(sessions.get(i), inputs));
            }
            LatencyComparison measured = LatencyComparison.measure(candidates, sampling);
            for (int i = 0; i < files.size(); i++) {
                add(files.get(i), count, batch, measured.latencies().get(i), measured.speedup(0, i));
            }
        }
    }

    private void add(ModelFile file, int count, int batch, Latency l, double speedup) throws IOException {
        Cost cost = file.cost(file.shapes(batch, shapes.byName()));
        table.row(
                file.name(),
                file.bytes(),
                cost.parameters(),
                cost.macs(),
                cost.peakActivationBytes(),
                count,
                file.batch(batch),
                l.p50(),
                l.p90(),
                l.p99(),
                l.min(),
                l.runs(),
                speedup);
    }
}
