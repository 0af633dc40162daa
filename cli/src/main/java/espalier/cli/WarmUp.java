package espalier.cli;

import java.io.OutputStream;
import java.io.PrintStream;

/** Runs the commands that must start fast, so that Java can archive their classes; the launcher calls it after a build. */
final class WarmUp {
    private WarmUp() {}

    public static void main(String[] args) {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
        Main.run(new String[] {"--help"}, nowhere, nowhere);
        Main.run(new String[] {"--version"}, nowhere, nowhere);
        Main.run(new String[] {"doctor"}, nowhere, nowhere);
        Main.run(new String[] {"doctor", "--json"}, nowhere, nowhere);
        Main.run(new String[] {"doctor", "--jsn"}, nowhere, nowhere);
    }
}
