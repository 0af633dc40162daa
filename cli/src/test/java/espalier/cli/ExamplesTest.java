package espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import espalier.config.Binder;
import espalier.recipe.StepKind;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Every command line that the help and the pages show is one: its options are there, and its values can be read. */
class ExamplesTest {
    private static final PrintStream NOWHERE = new PrintStream(OutputStream.nullOutputStream());
    private static final Console CONSOLE = new Console(NOWHERE, NOWHERE, false);
    private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

    static List<String> examples() throws IOException {
        List<String> all = new ArrayList<>();
        for (CommandLine command : Main.all(CONSOLE).getSubcommands().values()) {
            command.setUsageHelpWidth(300);
            command.getUsageMessage()
                    .lines()
                    .filter(l -> l.startsWith("  espalier"))
                    .map(String::strip)
                    .forEach(all::add);
        }
        try (Stream<Path> pages = Files.list(Path.of("..", "docs"))) {
            for (Path page :
                    pages.filter(p -> p.toString().endsWith(".md")).sorted().toList()) {
                all.addAll(Files.readAllLines(page));
            }
        }
        all.addAll(Files.readAllLines(Path.of("..", "README.md")));
        return all.stream()
                .filter(l -> l.startsWith("espalier ") && !l.contains(" | "))
                .map(l -> l.replaceFirst("\\s{8,}.*$", "")
                        .replaceFirst("^(espalier \\w+)\\s+", "$1 ")
                        .replaceFirst("\\s{2,}.*$|\\s+#.*$", ""))
                .distinct()
                .toList();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void can_be_typed(String line) {
        List<String> words = new ArrayList<>();
        Matcher m = WORD.matcher(line);
        while (m.find()) {
            words.add(m.group(1) == null ? m.group(2) : m.group(1));
        }
        Optional<Commands.Entry> entry = Commands.named(words.get(1));
        assertThat(entry).as(line).isPresent();
        String[] arguments = words.subList(2, words.size()).toArray(String[]::new);
        assertThatCode(() -> read(entry.orElseThrow(), arguments)).as(line).doesNotThrowAnyException();
    }

    private static void read(Commands.Entry entry, String... arguments) {
        Callable<Integer> command = entry.command().apply(CONSOLE);
        CommandSpec spec = CommandSpec.forAnnotatedObject(command);
        Optional<StepKind<?>> kind = StepKind.find(entry.name());
        if (kind.isEmpty()) {
            if (command instanceof Derived derived) {
                derived.derive(spec);
            }
            new CommandLine(spec).parseArgs(arguments);
            return;
        }
        Record defaults = (Record) kind.get().defaults();
        RecordOptions options = new RecordOptions(defaults);
        options.addTo(spec);
        Binder.record(defaults, options.read(new CommandLine(spec).parseArgs(arguments)));
    }
}
