package espalier.cli;

import espalier.config.Binder;
import espalier.data.Data;
import espalier.data.DataSource;
import espalier.data.Normalization;
import espalier.data.Reading;
import espalier.graph.BadInputException;
import espalier.graph.Model;
import espalier.prune.Curve;
import espalier.prune.Sensitivity;
import espalier.prune.SensitivityAnalysis;
import espalier.recipe.Divided;
import espalier.recipe.Fingerprint;
import espalier.torch.Threads;
import espalier.work.Monitor;
import espalier.work.StoppedException;
import espalier.work.Workbench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** How much of each layer a network can lose. */
@Command(
        description = {
            "Prunes one layer after the other, without retraining, and tells what accuracy that costs on samples of the",
            "training data; without labels, for how many samples the class changes. The file serves",
            "espalier prune --selection '{sensitivity: {file: FILE}}'; one that is there already is added to."
        },
        footer = {
            "",
            "Examples:",
            "  espalier sensitivity model.onnx --data photos/",
            "  espalier sensitivity model.onnx --data photos/ --importance taylor --ratios 30%%,60%% --include 'conv*'",
            "  espalier sensitivity model.onnx --data photos/ --granularity weights --ratios 80%%,90%%,95%% -o weights.json"
        })
final class SensitivityCommand implements Callable<Integer>, Derived {
    private final Console console;
    private final RecordOptions options = new RecordOptions(new SensitivityAnalysis());

    @Parameters(paramLabel = "MODEL", description = "An ONNX file.")
    private Path path = Path.of("");

    @Option(
            names = "--data",
            paramLabel = "DATA",
            required = true,
            description = "A folder, a file or a name of the catalog (espalier data list).")
    private String data = "";

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "The file that the analysis goes to (default: named after the model).")
    private Optional<Path> output = Optional.empty();

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Which samples are looked at follows from it (default: ${DEFAULT-VALUE}).")
    private long seed = 1;

    @Option(
            names = "--threads",
            paramLabel = "N",
            converter = PositiveCount.class,
            description = "Threads (default: all cores).")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    SensitivityCommand(Console console) {
        this.console = console;
    }

    @Override
    public void derive(CommandSpec from) {
        options.addTo(from);
    }

    @Override
    public Integer call() throws IOException {
        SensitivityAnalysis analysis = Binder.record(
                new SensitivityAnalysis(), options.read(spec.commandLine().getParseResult()));
        ModelFile file = ModelFile.read(path);
        Path to = output.orElseGet(() -> RunOptions.folderFor(path.toString(), "sensitivity.json"));
        Reading how = Reading.in(DataFolders.all()).withImageOf(file.model().graph());
        DataSource source = Data.open(data, how).fitting(file.model().graph());
        Sensitivity known = known(
                to, analysis.begun(Fingerprint.of(file.model()), source.train().labelled()));
        Files.createDirectories(to.toAbsolutePath().resolveSibling(""));
        Sensitivity all;
        try {
            Sensitivity found = analysed(file, Divided.of(source, Monitor.SILENT), analysis, checkpoint(to));
            all = known.merged(known.withLayers(found.layers()));
        } catch (StoppedException e) {
            console.err().println("espalier: " + Escape.controls(String.valueOf(e.getMessage())));
            return ExitCode.STOPPED;
        }
        all.write(to);
        forgetCheckpoints(to);
        if (json) {
            console.json(all);
        } else {
            console.text(table(all).text());
            console.text("points of " + all.metric() + " lost; written: " + to + "\n");
        }
        return ExitCode.DONE;
    }

    /** What the file knows of the same analysis. */
    private static Sensitivity known(Path file, Sensitivity begun) throws IOException {
        if (!Files.exists(file)) {
            return begun;
        }
        Sensitivity read = Sensitivity.read(file);
        try {
            return read.merged(begun);
        } catch (BadInputException e) {
            throw new BadInputException(file + ": " + e.getMessage(), e);
        }
    }

    /** Where an importance that trains first goes on after it was stopped. */
    private static Path checkpoint(Path output) {
        return output.resolveSibling(output.getFileName() + ".ckpt");
    }

    private static void forgetCheckpoints(Path output) throws IOException {
        String beginning = output.getFileName() + ".";
        try (Stream<Path> beside = Files.list(output.toAbsolutePath().resolveSibling(""))) {
            for (Path p : beside.toList()) {
                String name = String.valueOf(p.getFileName());
                if (name.startsWith(beginning) && name.endsWith(".ckpt")) {
                    Files.delete(p);
                }
            }
        }
    }

    private Sensitivity analysed(ModelFile file, DataSource source, SensitivityAnalysis analysis, Path checkpoint) {
        Threads.set(threads);
        try (Interruption interruption = new Interruption();
                ProgressLine progress = new ProgressLine(console)) {
            Workbench bench = new Workbench(
                    file.model(),
                    source,
                    Normalization.parse(file.model().metadata().getOrDefault(Model.NORMALIZATION, "none")),
                    new OrtReferee(threads, source.shapes(), Duration.ofSeconds(1)),
                    new ConsoleMonitor(progress, interruption),
                    checkpoint,
                    seed,
                    Optional.empty());
            return analysis.of(file.model(), bench);
        }
    }

    private static Table table(Sensitivity all) {
        TreeSet<Double> ratios = new TreeSet<>();
        all.layers().values().forEach(c -> c.points().forEach(p -> ratios.add(p.ratio())));
        List<Column> columns = new ArrayList<>();
        columns.add(Column.text("layer", "layer"));
        ratios.forEach(r -> columns.add(Column.percent("" + r, "-" + Figures.number(100 * r) + " %")));
        Table table = new Table(columns);
        all.layers().forEach((layer, curve) -> {
            List<Object> cells = new ArrayList<>(List.of(layer));
            ratios.forEach(r -> cells.add(drop(curve, r)));
            table.row(cells.toArray());
        });
        return table;
    }

    private static Optional<Double> drop(Curve curve, double ratio) {
        return curve.points().stream()
                .filter(p -> p.ratio() == ratio)
                .map(Curve.Point::drop)
                .findFirst();
    }
}
