package espalier.cli;

import espalier.data.DataSet;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.runtime.Artifact;
import espalier.runtime.FamilyManifest;
import espalier.runtime.LatencyComparison;
import espalier.runtime.LatencyComparison.Candidate;
import espalier.runtime.OrtSession;
import espalier.runtime.RandomInputs;
import espalier.runtime.Sampling;
import espalier.runtime.Variant;
import espalier.work.StoppedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        description = {
            "Measures several models for one task side by side and writes family.json, from which a program chooses by",
            "the resources at hand, and family.svg. A variant is an ONNX file, or a recipe, which is run first. With --exits, a",
            "network with several exits is measured beside them: it is drawn, but not in family.json."
        },
        footer = {
            "",
            "Examples:",
            "  espalier family model.onnx half.yaml quarter.yaml --data photos/ --threads 1,2 -o family",
            "  espalier family large.onnx small.onnx --data fashion-mnist --json",
            "  espalier family large.onnx small.onnx --exits large-exits --data fashion-mnist"
        })
final class FamilyCommand implements Callable<Integer> {
    private static final long SEED = 1;
    private static final int BATCH = 100;

    private final Console console;

    @Parameters(paramLabel = "VARIANT", arity = "1..*", description = "ONNX files and recipes; each is a variant.")
    private List<Path> items = List.of();

    @Option(
            names = "--data",
            paramLabel = "DATA",
            required = true,
            description = "To measure accuracy on: a folder, a file or a name of the catalog (espalier data list).")
    private String data = "";

    @Option(
            names = "--exits",
            paramLabel = "DIR",
            split = ",",
            description = "Folders written by espalier exits, whose curves are put beside the variants.")
    private List<Path> exits = List.of();

    @Mixin
    private SampleOptions samples = new SampleOptions();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "DIR",
            description = "Folder for the variants, family.json and family.svg (default: ${DEFAULT-VALUE}).")
    private Path output = Path.of("family");

    @Option(
            names = "--threads",
            paramLabel = "N",
            split = ",",
            converter = PositiveCount.class,
            description = "Threads at which latency is measured, one or more numbers (default: 1).")
    private List<Integer> threads = List.of(1);

    @Option(
            names = "--seconds",
            paramLabel = "S",
            converter = Seconds.class,
            description = "Time for the latency of each variant (default: 1).")
    private Duration time = Duration.ofSeconds(1);

    @Option(names = "--force", description = "Replace other files and runs in the folder.")
    private boolean force;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    FamilyCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        try {
            return family();
        } catch (StoppedException e) {
            return RunOptions.stopped(e, console);
        }
    }

    private int family() throws IOException {
        VariantFiles files = VariantFiles.of(items, output, force);
        List<ExitCurve> curves = new ArrayList<>();
        for (Path run : exits) {
            curves.add(ExitCurve.read(run));
        }
        for (ModelFile given : files.given()) {
            sizes(given);
        }
        for (ExitCurve c : curves) {
            sizes(c.entry());
        }
        Map<String, ModelFile> models = files.made(console);
        List<List<Variant>> measured = measured(models, curves);
        FamilyManifest.judged(measured.get(0)).write(output.resolve(FamilyManifest.FILE));
        FamilyManifest all =
                FamilyManifest.judged(measured.stream().flatMap(List::stream).toList());
        int variants = models.size();
        Files.writeString(
                output.resolve("family.svg"),
                ParetoPlot.svg(
                        all.variants().subList(0, variants), measured.subList(1, measured.size()), threads.get(0)));
        console.table(table(all), json);
        if (!json) {
            console.text(
                    "written: " + output.resolve(FamilyManifest.FILE) + ", " + output.resolve("family.svg") + "\n");
        }
        return ExitCode.DONE;
    }

    /** What the data are for a model, under the names of its inputs. */
    private Map<String, Shape> sizes(ModelFile file) throws IOException {
        return samples.fitting(file, samples.open(data, file)).shapes();
    }

    /** The variants, then the points of each curve. */
    private List<List<Variant>> measured(Map<String, ModelFile> models, List<ExitCurve> curves) throws IOException {
        List<Sized> files = new ArrayList<>();
        for (ModelFile f : models.values()) {
            files.add(new Sized(f, f.shapesOn(sizes(f))));
        }
        for (ExitCurve c : curves) {
            Map<String, Shape> sizes = sizes(c.entry());
            c.files().forEach(f -> files.add(new Sized(f, f.shapesOn(sizes))));
        }
        List<Map<Integer, Double>> latency = latency(files);
        List<List<Variant>> all = new ArrayList<>(List.of(variants(models.keySet(), files, latency)));
        int from = models.size();
        for (ExitCurve c : curves) {
            int to = from + c.files().size();
            DataSet set = samples.open(data, c.entry());
            all.add(c.points(set, samples, files.subList(from, to), latency.subList(from, to), threads.get(0)));
            from = to;
        }
        return all;
    }

    private List<Variant> variants(Set<String> names, List<Sized> files, List<Map<Integer, Double>> latency)
            throws IOException {
        List<Variant> variants = new ArrayList<>();
        for (String name : names) {
            Sized sized = files.get(variants.size());
            variants.add(new Variant(
                    name,
                    Artifact.of(sized.file().path()),
                    sized.cost().macs(),
                    sized.cost().peakActivationBytes(),
                    accuracy(sized.file()),
                    latency.get(variants.size()),
                    Optional.empty()));
        }
        return variants;
    }

    private OptionalDouble accuracy(ModelFile file) throws IOException {
        DataSet set = samples.open(data, file);
        if (!set.labelled()) {
            return OptionalDouble.empty();
        }
        try (OrtSession session = OrtSession.of(file.path(), threads.get(0))) {
            return samples.evaluate(file, session, set, BATCH, console).accuracy();
        }
    }

    /** All variants in turns, so that their ratios hold. */
    private List<Map<Integer, Double>> latency(List<Sized> files) {
        List<Map<Integer, Double>> all = new ArrayList<>();
        files.forEach(f -> all.add(new TreeMap<>()));
        for (int count : threads) {
            try (Sessions sessions =
                    Sessions.open(files.stream().map(Sized::file).toList(), count)) {
                List<Candidate> candidates = new ArrayList<>();
                for (int i = 0; i < files.size(); i++) {
                    Sized f = files.get(i);
                    Map<String, Tensor> inputs = RandomInputs.of(f.file().model(), f.shapes(), SEED);
                    candidates.add(new Candidate(sessions.get(i), inputs));
                }
                var measured = LatencyComparison.measure(candidates, new Sampling().withBudget(time));
                for (int i = 0; i < files.size(); i++) {
                    all.get(i).put(count, measured.latencies().get(i).p50());
                }
            }
        }
        return all;
    }

    private Table table(FamilyManifest family) {
        List<Column> columns = new ArrayList<>(List.of(
                Column.text("name", "variant"),
                Column.percent("accuracy", "accuracy"),
                Column.amount("macs", "MACs"),
                Column.bytes("bytes", "file"),
                Column.bytes("peakBytes", "peak")));
        threads.forEach(t -> columns.add(Column.number("latencyMillis" + t, "ms at " + t)));
        columns.add(Column.text("dominatedBy", "dominated by"));
        Table table = new Table(columns);
        for (Variant v : family.variants()) {
            List<Object> row = new ArrayList<>();
            row.add(v.name());
            row.add(v.accuracy().isPresent() ? Optional.of(v.accuracy().getAsDouble()) : Optional.empty());
            row.add(v.macs());
            row.add(v.file().bytes());
            row.add(v.peakBytes());
            threads.forEach(t -> row.add(v.latency(t)));
            row.add(v.dominatedBy());
            table.row(row.toArray());
        }
        return table;
    }
}
