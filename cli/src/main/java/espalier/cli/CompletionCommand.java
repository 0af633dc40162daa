package espalier.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;

@Command(
        description = "Prints a script that completes commands, options and file names.",
        footer = {"", "Example:", "  source <(espalier completion)"})
final class CompletionCommand implements Callable<Integer> {
    private final Console console;

    CompletionCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        console.out().print(AutoComplete.bash("espalier", Main.all(console)));
        return ExitCode.DONE;
    }
}
