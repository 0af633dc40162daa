package espalier.cli;

import espalier.data.DataSet;
import espalier.runtime.OrtSession;
import espalier.work.Evaluation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        description = "Runs models in ONNX Runtime over labelled data and prints their accuracy and loss.",
        footer = {
            "",
            "Examples:",
            "  espalier eval model.onnx --data fashion-mnist",
            "  espalier eval a.onnx b.onnx --data photos/ --limit 500 --json",
            "  espalier eval model-exits/stages/exits.json --data photos/ --batch 1",
            "  espalier eval model-exits/stages/exits.json --data photos/ --thresholds 0.2,0.1 --within 5"
        })
final class EvalCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "MODEL", arity = "1..*", description = "ONNX files, or one exits.json.")
    private List<Path> models = List.of();

    @Option(
            names = "--data",
            paramLabel = "DATA",
            required = true,
            description = "A folder, a file or a name of the catalog (espalier data list).")
    private String data = "";

    @Mixin
    private SampleOptions samples = new SampleOptions();

    @Option(
            names = "--batch",
            paramLabel = "N",
            converter = PositiveCount.class,
            description = "Samples in a call (default: ${DEFAULT-VALUE}).")
    private int batch = 100;

    @Option(
            names = "--threads",
            paramLabel = "N",
            converter = PositiveCount.class,
            description = "Threads (default: all cores).")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--thresholds",
            paramLabel = "T",
            split = ",",
            description = "Instead of those in exits.json, one for each exit but the last.")
    private List<Double> thresholds = List.of();

    @Option(
            names = "--within",
            paramLabel = "MS",
            description = "For exits.json: the best answer within so many milliseconds a call.")
    private Optional<Double> within = Optional.empty();

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    EvalCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        if (models.get(0).toString().endsWith(".json")) {
            console.table(new ExitEvaluation(samples, batch, threads, thresholds, within).of(models, data), json);
            return ExitCode.DONE;
        }
        Table table = new Table(
                Column.whole("model", "model"),
                Column.count("samples", "samples"),
                Column.percent("accuracy", "accuracy"),
                Column.number("loss", "loss"));
        List<ModelFile> files = ModelFile.readAll(models);
        for (ModelFile file : files) {
            Evaluation e = evaluate(file);
            table.row(
                    file.name(),
                    e.predictions().length,
                    e.accuracy().orElseThrow(),
                    e.loss().orElseThrow());
        }
        console.table(table, json);
        return ExitCode.DONE;
    }

    private Evaluation evaluate(ModelFile file) throws IOException {
        DataSet set = samples.open(data, file);
        try (OrtSession session = OrtSession.of(file.path(), threads)) {
            return samples.evaluate(file, session, set, batch, console);
        }
    }
}
