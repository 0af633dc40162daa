package espalier.cli;

import espalier.graph.Model;
import espalier.onnx.OnnxFile;
import espalier.pack.PackedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        description = "Writes the model in a packed file as ONNX, bit for bit.",
        footer = {"", "Examples:", "  espalier unpack small.esp -o small.onnx"})
final class UnpackCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "FILE", description = "A packed file.")
    private Path path = Path.of("");

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Where to write (default: beside the packed file, with .onnx at the end).")
    private Optional<Path> output = Optional.empty();

    @Option(names = "--force", description = "Overwrite the file.")
    private boolean force;

    UnpackCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        Model model = PackedFile.read(path);
        Path to = output.orElseGet(() -> PackCommand.withEnding(path, ".onnx"));
        PackCommand.prepare(to, force);
        OnnxFile.write(model, to);
        console.text(String.format("%s: %s%n", Escape.controls(to.toString()), Figures.bytes(Files.size(to))));
        return ExitCode.DONE;
    }
}
