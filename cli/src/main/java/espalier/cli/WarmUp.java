package espalier.cli;

import espalier.runtime.OnnxRuntime;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;

/**
 * What the launcher does once after a build: runs the commands that must start fast, so that Java can archive their classes, and
 * unpacks ONNX Runtime into the folder that is given.
 */
final class WarmUp {
    private WarmUp() {}

    public static void main(String[] args) throws IOException {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
        Main.run(new String[] {"--help"}, nowhere, nowhere);
        Main.run(new String[] {"--version"}, nowhere, nowhere);
        Main.run(new String[] {"doctor"}, nowhere, nowhere);
        Main.run(new String[] {"doctor", "--json"}, nowhere, nowhere);
        Main.run(new String[] {"doctor", "--jsn"}, nowhere, nowhere);
        OnnxRuntime.unpack(Path.of(args[0]));
    }
}
