package espalier.cli;

import espalier.config.Binder;
import espalier.config.Family;
import espalier.distill.Distill;
import espalier.distill.Distillation;
import espalier.distill.Regime;
import espalier.recipe.StepKind;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The step {@code distill} as a command: its model is called the student here. */
@Command(
        description = {
            "Trains a student to be close to a teacher and writes model.onnx, report.json and recipe.yaml into a folder.",
            "A run that was stopped goes on when the same command is given again."
        })
final class DistillCommand implements Callable<Integer>, Derived {
    private static final String KEY = "distill";

    private final Console console;
    private final RecordOptions options = new RecordOptions(new Distill());

    @Option(names = "--list", description = "List losses and regimes: key, what it does, paper.")
    private boolean list;

    @Option(
            names = "--student",
            paramLabel = "MODEL",
            description = "An ONNX file, or zoo:NAME for a new network (espalier methods).")
    private String student = "";

    @Option(
            names = "--data",
            paramLabel = "DATA",
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

    DistillCommand(Console console) {
        this.console = console;
    }

    @Override
    public void derive(CommandSpec from) {
        options.addTo(from);
        from.usageMessage().footer(Examples.of(KEY));
    }

    @Override
    public Integer call() throws IOException {
        if (list) {
            return list();
        }
        require("--student", student, "zoo:lenet5");
        require("--data", data, "fashion-mnist");
        Distill config =
                Binder.record(new Distill(), options.read(spec.commandLine().getParseResult()));
        return run.step(StepKind.find(KEY).orElseThrow(), config, student, data, seed, console);
    }

    private void require(String option, String value, String example) {
        if (value.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), option + " is missing: give one, such as " + option + " " + example);
        }
    }

    private int list() {
        Table table = new Table(
                Column.text("option", "option"),
                Column.text("key", "key"),
                Column.whole("summary", "what it does"),
                Column.whole("paper", "paper"));
        Family.of(Distillation.class).members().forEach(m -> table.row("--loss", m.key(), m.summary(), m.paper()));
        Family.of(Regime.class).members().forEach(m -> table.row("--regime", m.key(), m.summary(), m.paper()));
        console.table(table, run.json());
        return ExitCode.DONE;
    }
}
