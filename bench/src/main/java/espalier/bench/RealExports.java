package espalier.bench;

import espalier.torch.Threads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/** Takes real exports through everything that a cut needs, and measures what it gains. */
@Command(
        name = "real-exports",
        mixinStandardHelpOptions = true,
        description = "What holds on real exports: reading, gradients, channel groups, half the channels cut, latency.")
final class RealExports implements Callable<Integer> {
    private static final String BENCH = "real-exports";

    @Parameters(description = "files of bench/peers/export_real.py: NAME.onnx and NAME.npz")
    private Path dir = Path.of(".");

    @Option(names = "--seconds", description = "of latency for each of the two models (default: ${DEFAULT-VALUE})")
    private int seconds = 5;

    @Option(
            names = "--record",
            description = "figures are added to this file; what the same commit has there is not measured again")
    private Path record = Home.resolve("bench/target/figures.jsonl");

    @Option(names = "--only", description = "files whose name contains this")
    private String only = "";

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new RealExports()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        Threads.set(2);
        Figures figures = new Figures(record);
        boolean allHold = true;
        for (Path file : files()) {
            String name = name(file);
            if (!figures.has(BENCH, name, Home.commit())) {
                System.err.println(name + "...");
                try {
                    ExportRow row = ExportCheck.of(file, Duration.ofSeconds(seconds));
                    figures.add(Figures.Line.of(BENCH, name, "bench/real-exports DIR --seconds " + seconds, row));
                } catch (RuntimeException e) {
                    e.printStackTrace();
                    allHold = false;
                }
            }
        }
        System.out.println(BenchTables.REAL_EXPORTS.markdown(figures));
        System.out.println(BenchTables.REAL_CUTS.markdown(figures));
        System.out.println(new JsonMapper().writeValueAsString(figures.latest(BENCH)));
        for (var line : figures.latest(BENCH).values()) {
            allHold &= line.get("row").get("holds").asBoolean();
        }
        return allHold ? 0 : 1;
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(dir)) {
            return all.filter(p -> p.toString().endsWith(".onnx"))
                    .filter(p -> name(p).contains(only))
                    .sorted()
                    .toList();
        }
    }

    private static String name(Path file) {
        return file.getFileName().toString().replace(".onnx", "");
    }
}
