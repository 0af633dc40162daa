package espalier.cli;

import espalier.config.Binder;
import espalier.factorize.Factorization;
import espalier.factorize.Factorize;
import espalier.factorize.Gain;
import espalier.graph.BadInputException;
import espalier.recipe.StepKind;
import espalier.work.Networks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
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

/** The step {@code factorize} as a command, and what it would gain. */
@Command(
        description = {
            "Splits layers into chains of smaller ones, retrains, and writes model.onnx, report.json and recipe.yaml into a",
            "folder. With --dry-run it prints what each layer would gain, by its weights alone: no data, no training.",
            "A run that was stopped goes on when the same command is given again."
        })
final class FactorizeCommand implements Callable<Integer>, Derived {
    private static final String KEY = "factorize";

    private final Console console;
    private final RecordOptions options = new RecordOptions(new Factorize());

    @Parameters(paramLabel = "MODEL", description = "An ONNX file, or zoo:NAME for a new network (espalier methods).")
    private String model = "";

    @Option(
            names = "--data",
            paramLabel = "DATA",
            description = "A folder, a file or a name of the catalog (espalier data list).")
    private String data = "";

    @Option(names = "--dry-run", description = "Print what each layer would gain, and change nothing.")
    private boolean dryRun;

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

    FactorizeCommand(Console console) {
        this.console = console;
    }

    @Override
    public void derive(CommandSpec from) {
        options.addTo(from);
        from.usageMessage().footer(Examples.of(KEY));
    }

    @Override
    public Integer call() throws IOException {
        Factorize settings =
                Binder.record(new Factorize(), options.read(spec.commandLine().getParseResult()));
        if (dryRun) {
            preview(settings);
            return ExitCode.DONE;
        }
        if (data.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "factorize retrains: give --data, or --dry-run to see what there is to gain");
        }
        shapes.refuseBesideData(spec.commandLine());
        return run.step(StepKind.find(KEY).orElseThrow(), settings, model, data, seed, console);
    }

    private void preview(Factorize settings) throws IOException {
        if (Networks.isNew(model)) {
            throw new BadInputException("--dry-run looks at trained weights: give an ONNX file instead of " + model);
        }
        ModelFile file = ModelFile.read(Path.of(model));
        List<String> notes = new ArrayList<>();
        List<Gain> gains = Factorization.preview(
                settings, file.model(), file.shapes(file.batch(shapes.batch()), shapes.byName()), notes);
        Table table = new Table(
                Column.text("layer", "layer"),
                Column.text("rank", "rank"),
                Column.amount("weights", "weights"),
                Column.amount("weightsAfter", "after"),
                Column.amount("macs", "MACs"),
                Column.amount("macsAfter", "after"),
                Column.percent("error", "error"));
        gains.forEach(
                g -> table.row(g.layer(), g.rank(), g.weights(), g.weightsAfter(), g.macs(), g.macsAfter(), g.error()));
        long before = file.cost(file.shapes(file.batch(shapes.batch()), shapes.byName()))
                .macs();
        long saved = gains.stream().mapToLong(g -> g.macs() - g.macsAfter()).sum();
        long weights =
                gains.stream().mapToLong(g -> g.weights() - g.weightsAfter()).sum();
        if (run.json()) {
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("macs", before);
            document.put("macsAfter", before - saved);
            document.put("weightsSaved", weights);
            document.put("layers", table.json());
            document.put("notes", notes);
            console.json(document);
            return;
        }
        console.text(table.text());
        notes.forEach(n -> console.text(Escape.controls(n) + "\n"));
        console.text(Figures.amount(weights) + " weights fewer, " + Figures.amount(before) + " -> "
                + Figures.amount(before - saved) + " MACs; error: |W - W'| / |W| before retraining\n");
    }
}
