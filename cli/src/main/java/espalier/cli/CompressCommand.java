package espalier.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        description = {
            "Runs the steps of a recipe one after the other and measures the model after each.",
            "A run that was stopped or killed goes on when the same command is given again."
        },
        footer = {
            "",
            "A recipe:",
            "  model: model.onnx            # or zoo:NAME for a new network",
            "  data: photos/                # a folder, a file or a name of the catalog",
            "  seed: 1",
            "  steps:",
            "    - prune: {macs: 30%%, retrain: {epochs: 5}}",
            "",
            "Examples:",
            "  espalier compress recipe.yaml",
            "  espalier compress recipe.yaml --output small --threads 2 --json"
        })
final class CompressCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "RECIPE", description = "A recipe in YAML.")
    private Path recipe = Path.of("");

    @Mixin
    private RunOptions run = new RunOptions();

    CompressCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        String name = String.valueOf(recipe.getFileName()).replaceFirst("\\.ya?ml$", "");
        return run.run(RecipeSource.read(recipe), Path.of(name + "-run"), console);
    }
}
