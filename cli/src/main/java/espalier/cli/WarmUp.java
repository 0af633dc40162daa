package espalier.cli;

import espalier.onnx.OnnxFile;
import espalier.runtime.OnnxRuntime;
import espalier.zoo.Zoo;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What the launcher does once after a build: runs the commands that must start fast, so that Java can archive their classes, and
 * unpacks ONNX Runtime into the folder that is given.
 */
final class WarmUp {
    private WarmUp() {}

    private static final List<String> LINES = List.of(
            "--help",
            "--version",
            "--typo",
            "doctor",
            "inspect --help",
            "inspect MODEL",
            "inspect MODEL --json",
            "inspect MISSING",
            "inspect MODEL --groups",
            "train --help",
            "methods",
            "data list");

    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        OnnxRuntime.unpack(folder);
        Path model = folder.resolveSibling("warm-up.onnx");
        OnnxFile.write(Zoo.create("resnet8", 3, 8, 8, 10, 1), model);
        PrintStream nowhere = new StandardOutput(OutputStream.nullOutputStream()).stream();
        for (String line : LINES) {
            Main.run(line.replace("MODEL", model.toString()).split(" "), nowhere, nowhere);
        }
        Files.delete(model);
    }
}
