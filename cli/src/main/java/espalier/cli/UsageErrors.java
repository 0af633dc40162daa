package espalier.cli;

import java.io.PrintStream;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** A wrong command line, as one line that names the help. */
final class UsageErrors {
    private UsageErrors() {}

    static int report(ParameterException e, PrintStream err, boolean debug) {
        if (debug) {
            e.printStackTrace(err);
        }
        CommandSpec command = e.getCommandLine().getCommandSpec();
        err.println(Escape.controls(
                command.qualifiedName() + ": " + what(e, command) + " (see " + command.qualifiedName() + " --help)"));
        return ExitCode.USAGE;
    }

    private static String what(ParameterException e, CommandSpec command) {
        if (e instanceof UnmatchedArgumentException unmatched) {
            return unmatched(unmatched, command);
        }
        String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("wrong arguments");
        return message.equals("Missing required subcommand") ? "which command?" : uncapitalized(message);
    }

    private static String unmatched(UnmatchedArgumentException e, CommandSpec command) {
        String given = e.getUnmatched().get(0);
        String kind = given.startsWith("-") ? "option" : command.subcommands().isEmpty() ? "argument" : "command";
        String what = kind.equals("argument") ? "one argument too many: '" : "unknown " + kind + " '";
        List<String> near = e.getSuggestions();
        return what + given + "'" + (near.isEmpty() ? "" : ", did you mean '" + near.get(0) + "'?");
    }

    private static String uncapitalized(String text) {
        return text.isEmpty() ? text : Character.toLowerCase(text.charAt(0)) + text.substring(1);
    }
}
