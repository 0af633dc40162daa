package espalier.cli;

import espalier.config.Binder;
import espalier.recipe.StepKind;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** One step of a recipe as a command; its options are the components of the step's record. */
@Command(
        description = {
            "Takes one step and writes model.onnx, report.json and recipe.yaml into a folder.",
            "A run that was stopped goes on when the same command is given again."
        })
final class StepCommand implements Callable<Integer>, Derived {
    private final Console console;
    private final StepKind<?> kind;
    private final RecordOptions options;

    @Parameters(paramLabel = "MODEL", description = "An ONNX file, or zoo:NAME for a new network (espalier methods).")
    private String model = "";

    @Option(
            names = "--data",
            paramLabel = "DATA",
            required = true,
            description = "A folder, a file or a name of the catalog (espalier data list).")
    private String data = "";

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Every random choice follows from it (default: ${DEFAULT-VALUE}).")
    private long seed = 1;

    @Mixin
    private RunOptions run = new RunOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    StepCommand(Console console, String key) {
        this.console = console;
        this.kind = StepKind.find(key).orElseThrow();
        this.options = new RecordOptions((Record) kind.defaults());
    }

    @Override
    public void derive(CommandSpec from) {
        options.addTo(from);
        from.usageMessage().footer(Examples.of(kind.key()));
    }

    @Override
    public Integer call() throws IOException {
        Record config = Binder.record(
                (Record) kind.defaults(), options.read(spec.commandLine().getParseResult()));
        return run.step(kind, config, model, data, seed, console);
    }
}
