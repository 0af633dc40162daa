package espalier.bench;

import espalier.onnx.OnnxFile;
import espalier.zoo.Zoo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** How fast the command starts and reads, in turns. */
@Command(
        name = "start-up",
        mixinStandardHelpOptions = true,
        description = "How fast ./espalier starts, and how fast a large model is read.")
final class StartUp implements Callable<Integer> {
    private static final String BENCH = "start-up";
    private static final String INITIALIZED = "calling init:";
    private static final List<String> SYSTEM = List.of("/lib", "/lib64", "/usr/lib", "/usr/lib64");

    @Option(names = "--rounds", description = "turns (default: ${DEFAULT-VALUE})")
    private int rounds = 10;

    @Option(names = "--record", description = "figures are added to this file (default: ${DEFAULT-VALUE})")
    private Path record = Home.resolve("bench/target/figures.jsonl");

    /**
     * Milliseconds of wall clock.
     *
     * @param median over the rounds
     * @param fastest of them
     * @param libraries native ones that were loaded, beside those of Java and of the system
     */
    record Row(double median, double fastest, List<String> libraries) {}

    /** Something to time, and its times. */
    private record Case(String name, Callable<Double> millis, Callable<List<String>> libraries, List<Double> times) {
        Row row() throws Exception {
            double[] all = times.stream().mapToDouble(Double::doubleValue).toArray();
            return new Row(Timing.median(all), Arrays.stream(all).min().orElseThrow(), libraries.call());
        }
    }

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new StartUp()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        Path ten = model("vgg11@0.53", 10_000_000);
        Path hundred = model("vgg11@1.66", 100_000_000);
        List<Case> cases = List.of(
                command("--help"),
                command("inspect, 10 MB", "inspect", ten.toString()),
                command("methods"),
                command("doctor"),
                reading(hundred));
        Launcher.asEspalier();
        for (int round = 0; round <= rounds; round++) {
            for (Case c : cases) {
                double millis = c.millis().call();
                if (round > 0) {
                    c.times().add(millis);
                }
            }
        }
        Figures figures = new Figures(record);
        for (Case c : cases) {
            figures.add(Figures.Line.of(BENCH, c.name(), "bench/start-up --rounds " + rounds, c.row()));
        }
        System.out.println(BenchTables.START_UP.markdown(figures));
        System.out.println(new JsonMapper().writeValueAsString(figures.latest(BENCH)));
        return 0;
    }

    /** A model of the zoo with at least so many bytes. */
    private static Path model(String key, long bytes) throws IOException {
        Path file = Home.resolve("bench/target/" + key + ".onnx");
        OnnxFile.write(Zoo.create(key, 3, 32, 32, 10, 1), file);
        if (Files.size(file) < bytes) {
            throw new IllegalStateException(file + " has " + Files.size(file) + " bytes");
        }
        return file;
    }

    private static Case command(String name, String... arguments) {
        List<String> command = new ArrayList<>(List.of(Launcher.script()));
        command.addAll(arguments.length == 0 ? List.of(name) : List.of(arguments));
        return new Case(
                name, () -> Stopwatch.millis(() -> Child.run(command)), () -> libraries(command), new ArrayList<>());
    }

    private static Case reading(Path file) {
        return new Case(
                "reading 100 MB",
                () -> Fresh.measure(Launcher.asEspalier(), Fresh.READ, file).read(),
                () -> libraries(Fresh.command(Launcher.asEspalier(), Fresh.READ, file)),
                new ArrayList<>());
    }

    /** What the dynamic linker says it opened, on Linux. */
    private static List<String> libraries(List<String> command) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("libraries");
        Child.run(
                command,
                Map.of(
                        "LD_DEBUG",
                        "files",
                        "LD_DEBUG_OUTPUT",
                        folder.resolve("log").toString()));
        List<Path> opened = new ArrayList<>();
        try (Stream<Path> logs = Files.list(folder)) {
            for (Path log : logs.toList()) {
                Files.readAllLines(log).stream()
                        .filter(line -> line.contains(INITIALIZED))
                        .map(line -> line.substring(line.indexOf(INITIALIZED) + INITIALIZED.length()))
                        .map(file -> Path.of(file.strip()).normalize())
                        .forEach(opened::add);
                Files.delete(log);
            }
        }
        Files.delete(folder);
        return opened.stream()
                .filter(f -> !f.startsWith(System.getProperty("java.home")))
                .filter(f -> SYSTEM.stream().noneMatch(f::startsWith))
                .map(f -> f.getFileName().toString())
                .distinct()
                .sorted()
                .toList();
    }
}
