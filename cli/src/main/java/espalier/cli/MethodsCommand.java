package espalier.cli;

import espalier.recipe.Families;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        description =
                "Lists every method of every family: the key that recipes and options use, what it does, and its paper.",
        footer = {"", "Examples:", "  espalier methods", "  espalier methods --json"})
final class MethodsCommand implements Callable<Integer> {
    private final Console console;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    MethodsCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        Table table = new Table(
                Column.text("family", "family"),
                Column.text("key", "key"),
                Column.whole("summary", "what it does"),
                Column.whole("paper", "paper"));
        Families.all().forEach(f -> table.row(f.family(), f.key(), f.summary(), f.paper()));
        console.table(table, json);
        return ExitCode.DONE;
    }
}
