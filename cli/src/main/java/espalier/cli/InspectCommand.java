package espalier.cli;

import espalier.config.Binder;
import espalier.config.Family;
import espalier.config.Setting;
import espalier.onnx.OnnxText;
import espalier.prune.Importance;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        description = "Shows what is in a model and what it costs, without running it.",
        footer = {
            "",
            "Examples:",
            "  espalier inspect model.onnx",
            "  espalier inspect model.onnx --groups     which channels go together",
            "  espalier inspect model.onnx --importance l1   how far apart the norms of its channels lie",
            "  espalier inspect model.onnx --text       the graph in ONNX's own text form",
            "  espalier inspect model.onnx --shape input=1x3x224x224 --json"
        })
final class InspectCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "MODEL", description = "An ONNX file.")
    private Path path = Path.of("");

    @Option(names = "--groups", description = "Print which channels can only be removed together.")
    private boolean groups;

    @Option(
            names = "--importance",
            paramLabel = "METHOD",
            description = {
                "Print what the channels of each layer are worth by l1, l2, fpgm, slimming or random, and warn where norms",
                "cannot tell them apart."
            })
    private Optional<String> importance = Optional.empty();

    @Option(names = "--text", description = "Print the graph in ONNX's own text form, long weights left out.")
    private boolean text;

    @Mixin
    private ShapeOptions shapes = new ShapeOptions();

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    InspectCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        if (text && json) {
            throw new ParameterException(
                    spec.commandLine(), "--text and --json: the text form is no JSON: leave one of them out");
        }
        ModelFile file = ModelFile.read(path);
        if (text) {
            OnnxText.outline(file.model()).lines().forEach(l -> console.text(Escape.controls(l) + "\n"));
        } else if (groups) {
            show(new Coupling(file.groups(shapes.byName())));
        } else if (importance.isPresent()) {
            Importance by = Binder.member(Importance.class, new Setting.Scalar(importance.get(), "--importance"));
            show(new Worth(Family.keyOf(by), file.worth(by, shapes.byName())));
        } else {
            show(Anatomy.of(file, shapes.batch(), shapes.byName()));
        }
        return ExitCode.DONE;
    }

    private void show(Document document) {
        if (json) {
            console.json(document.json());
        } else {
            console.text(document.text());
        }
    }
}
