package espalier.cli;

import espalier.config.Binder;
import espalier.exit.ExitPoints;
import espalier.graph.BadInputException;
import espalier.graph.Model;
import espalier.graph.Tensor;
import espalier.onnx.OnnxFile;
import espalier.op.InputShapes;
import espalier.pass.Passes;
import espalier.quantize.Mode;
import espalier.quantize.Quantization;
import espalier.quantize.Quantize;
import espalier.recipe.RunFolder;
import espalier.recipe.StepKind;
import espalier.runtime.OrtSession;
import espalier.runtime.RandomInputs;
import espalier.width.Widths;
import espalier.work.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The step {@code quantize}, and quantization without data, which is no step because nothing can be measured after it. */
@Command(
        description = {
            "Computes on 8-bit whole numbers where that is faster, and writes model.onnx, report.json and recipe.yaml into a folder.",
            "Mode dynamic needs no data; given none, it writes model.onnx alone and compares it on random inputs."
        })
final class QuantizeCommand implements Callable<Integer>, Derived {
    private static final String KEY = "quantize";
    private static final long SEED = 1;

    private final Console console;
    private final RecordOptions options = new RecordOptions(new Quantize());

    @Parameters(paramLabel = "MODEL", description = "An ONNX file.")
    private Path model = Path.of("");

    @Option(
            names = "--data",
            paramLabel = "DATA",
            description =
                    "A folder, a file or a name of the catalog (espalier data list); may be missing in mode dynamic.")
    private String data = "";

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Every random choice follows from it (default: ${DEFAULT-VALUE}).")
    private long seed = 1;

    @Mixin
    private ShapeOptions shapes = new ShapeOptions();

    @Mixin
    private RunOptions run = new RunOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    QuantizeCommand(Console console) {
        this.console = console;
    }

    @Override
    public void derive(CommandSpec from) {
        options.addTo(from);
        from.usageMessage().footer(Examples.of(KEY));
    }

    @Override
    public Integer call() throws IOException {
        Quantize settings =
                Binder.record(new Quantize(), options.read(spec.commandLine().getParseResult()));
        if (!data.isEmpty()) {
            shapes.refuseBesideData(spec.commandLine());
            return run.step(StepKind.find(KEY).orElseThrow(), settings, model.toString(), data, seed, console);
        }
        if (settings.mode() == Mode.STATIC) {
            throw new ParameterException(
                    spec.commandLine(), "mode static looks at samples: give some with --data, or take --mode dynamic");
        }
        return dynamic(settings, run.folder(RunOptions.folderFor(model.toString(), KEY)));
    }

    private int dynamic(Quantize settings, Path folder) throws IOException {
        Path file = folder.resolve("model.onnx");
        if (Files.exists(file) && !run.force()) {
            throw BadInputException.of("%s: exists already: give another --output, or --force to replace it", file);
        }
        if (Files.exists(folder.resolve("recipe.yaml"))) {
            throw BadInputException.of("%s: holds a run with another model: choose another --output", folder);
        }
        RunFolder.requireKept(List.of(model), folder);
        ModelFile before = ModelFile.read(model);
        Widths.of(before.model()).ifPresent(Widths::refuse);
        ExitPoints.of(before.model()).ifPresent(ExitPoints::refuse);
        OrtReferee referee = new OrtReferee(run.threads(), shapes.byName(), Duration.ofSeconds(1));
        before.shapes(1, shapes.byName());
        Outcome made = Quantization.dynamic(settings, before.model(), referee);
        Map<String, String> metadata = new LinkedHashMap<>(before.model().metadata());
        metadata.put("espalier.quantize", settings.toString());
        metadata.put("espalier.version", Version.text());
        Model after = made.model().withMetadata(metadata);
        Files.createDirectories(folder);
        OnnxFile.write(after, file);
        made.notes().forEach(n -> console.err().println(Escape.controls(n)));
        console.table(table(before, after, referee), run.json());
        if (!run.json()) {
            console.text("written: " + file + "\n");
        }
        return ExitCode.DONE;
    }

    private Table table(ModelFile before, Model after, OrtReferee referee) throws IOException {
        double[] ms = referee.latencyMillis(List.of(Passes.anyBatch().apply(before.model()), after));
        Table table = new Table(
                Column.text("step", ""),
                Column.bytes("bytes", "file"),
                Column.number("latencyMillis", "latency ms"),
                Column.times("speedup", "speed"),
                Column.number("cosine", "cosine"));
        table.row("before", before.bytes(), ms[0], 1.0, 1.0);
        table.row(
                "after quantize",
                (long) OnnxFile.bytes(after).length,
                ms[1],
                ms[0] / ms[1],
                cosine(before.model(), after));
        return table;
    }

    /** Of the first outputs for random inputs. */
    private double cosine(Model before, Model after) {
        Map<String, Tensor> inputs =
                RandomInputs.of(before, InputShapes.of(before, shapes.batch(), shapes.byName()), SEED);
        float[] x = first(before, inputs);
        float[] y = first(after, inputs);
        double xy = 0;
        double xx = 0;
        double yy = 0;
        for (int i = 0; i < x.length; i++) {
            xy += x[i] * (double) y[i];
            xx += x[i] * (double) x[i];
            yy += y[i] * (double) y[i];
        }
        return xy / Math.sqrt(xx * yy);
    }

    private float[] first(Model of, Map<String, Tensor> inputs) {
        try (OrtSession session = OrtSession.of(OnnxFile.bytes(of), run.threads())) {
            return session.run(inputs).values().iterator().next().toFloats();
        }
    }
}
