package espalier.cli;

import espalier.onnx.OnnxFile;
import espalier.pack.PackedFile;
import espalier.recipe.Recipe;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        description = {
            "Trains a network on the bundled Fashion-MNIST images, prunes it, lets what it was teach what is left, quantizes it to 8 bits, and prints what that cost and gained.",
            "Takes about two minutes on two cores and needs no network."
        },
        footer = {"", "Examples:", "  espalier quickstart", "  espalier quickstart --output demo"})
final class QuickstartCommand implements Callable<Integer> {
    private static final String RECIPE = "quickstart.yaml";

    private final Console console;

    @Mixin
    private RunOptions run = new RunOptions();

    QuickstartCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        Path folder = run.folder(Path.of("quickstart"));
        int code = run.run(RecipeSource.of(Recipe.parse(recipe(), RECIPE)), folder, console);
        if (code == ExitCode.DONE && !run.json()) {
            Path model = folder.resolve("model.onnx");
            long bytes = PackedFile.pack(OnnxFile.read(model)).bytes().length;
            console.text("espalier pack " + model + " makes a file of " + Figures.bytes(bytes) + "\n");
        }
        return code;
    }

    private static String recipe() throws IOException {
        try (InputStream in = QuickstartCommand.class.getResourceAsStream(RECIPE)) {
            if (in == null) {
                throw new IllegalStateException("the recipe of the quickstart is not in the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
