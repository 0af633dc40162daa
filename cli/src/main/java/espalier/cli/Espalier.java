package espalier.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

@Command(
        name = "espalier",
        header = "Makes a trained ONNX network smaller and faster.",
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions:%n",
        footer = {
            "",
            "Examples:",
            "  espalier inspect model.onnx              what is in a model and what it costs",
            "  espalier bench model.onnx --threads 1,2  how fast ONNX Runtime runs it",
            "  espalier COMMAND --help                  options and examples of a command",
            "",
            "ESPALIER_JAVA_OPTS adds options for Java, as -Xmx8g; ESPALIER_DATA names folders with data sets.",
            "Exit codes: 0 done, 1 doctor found a fault, 2 usage, 65 bad input, 69 no Java or no build, 70 internal, 74 input/output, 75 stopped."
        })
final class Espalier {
    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Print the stack trace when something fails.")
    private boolean debug;

    @Option(names = "--version", versionHelp = true, description = "Print the version.")
    private boolean version;
}
