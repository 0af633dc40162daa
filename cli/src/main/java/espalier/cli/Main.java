package espalier.cli;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The entry point. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        StandardOutput output = new StandardOutput();
        int code = run(args, output.stream(), System.err, Boolean.getBoolean("espalier.terminal"));
        Interruption.exit(output.finish(code, System.err));
    }

    /** Runs a command line and returns the exit code; never throws, never ends the process. */
    public static int run(String[] args, PrintStream out, PrintStream err) {
        return run(args, out, err, false);
    }

    private static int run(String[] args, PrintStream out, PrintStream err, boolean terminal) {
        try {
            return commandLine(args, new Console(out, err, terminal)).execute(args);
        } catch (Throwable failure) {
            return Failures.report(failure, err, isDebug(args));
        } finally {
            out.flush();
        }
    }

    private static boolean isDebug(String[] args) {
        return Arrays.asList(args).contains("--debug");
    }

    /** The command that is asked for in full, and of the others what the help says of them. */
    private static CommandLine commandLine(String[] args, Console console) {
        Optional<String> wanted =
                Arrays.stream(args).filter(a -> !a.startsWith("-")).findFirst();
        CommandLine root = new CommandLine(new Espalier());
        for (Commands.Entry entry : Commands.ALL) {
            boolean full = wanted.filter(entry.name()::equals).isPresent();
            root.addSubcommand(entry.name(), full ? full(entry, console) : summary(entry));
        }
        return configured(root, console, isDebug(args));
    }

    /** All commands in full, as the completion script needs them. */
    static CommandLine all(Console console) {
        CommandLine root = new CommandLine(new Espalier());
        Commands.ALL.forEach(entry -> root.addSubcommand(entry.name(), full(entry, console)));
        return configured(root, console, false);
    }

    private static CommandSpec full(Commands.Entry entry, Console console) {
        Callable<Integer> command = entry.command().apply(console);
        CommandSpec spec = CommandSpec.forAnnotatedObject(command);
        spec.usageMessage()
                .descriptionHeading("%n")
                .parameterListHeading("%nArguments:%n")
                .optionListHeading("%nOptions:%n")
                .commandListHeading("%nCommands:%n")
                .sortOptions(false);
        if (command instanceof Derived derived) {
            derived.derive(spec);
        }
        return spec;
    }

    private static CommandSpec summary(Commands.Entry entry) {
        CommandSpec spec = CommandSpec.create();
        spec.usageMessage().header(entry.summary());
        return spec;
    }

    private static CommandLine configured(CommandLine root, Console console, boolean debug) {
        addHelp(root);
        return root.setOut(new java.io.PrintWriter(console.out(), true))
                .setErr(new java.io.PrintWriter(console.err(), true))
                .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
                .setUsageHelpAutoWidth(false)
                .setUsageHelpWidth(100)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setAbbreviatedSubcommandsAllowed(false)
                .setParameterExceptionHandler((e, given) -> UsageErrors.report(e, console.err(), debug))
                .setExecutionExceptionHandler((e, line, result) -> Failures.report(e, console.err(), debug));
    }

    private static void addHelp(CommandLine line) {
        line.getCommandSpec()
                .addOption(OptionSpec.builder("-h", "--help")
                        .usageHelp(true)
                        .description("Show this help.")
                        .build());
        line.getSubcommands().values().forEach(Main::addHelp);
    }
}
