package espalier.cli;

import espalier.data.Catalog;
import espalier.data.CatalogEntry;
import espalier.data.Data;
import espalier.data.DataSet;
import espalier.data.DataSource;
import espalier.data.Download;
import espalier.data.InputSpec;
import espalier.data.Reading;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        description = {
            "Lists the data sets known by name, downloads one, or shows what is in one.",
            "They are looked for in ESPALIER_DATA (folders), in ~/.espalier/data and among the samples."
        },
        footer = {
            "",
            "Examples:",
            "  espalier data list",
            "  espalier data fetch cifar10",
            "  espalier data show fashion-mnist",
            "  espalier data show photos/"
        })
final class DataCommand implements Callable<Integer> {
    private final Console console;

    DataCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        return list(false);
    }

    @Command(name = "list", description = "Lists the data sets known by name and where they are.")
    int list(@Option(names = "--json", description = "Print JSON.") boolean json) {
        Table table = new Table(
                Column.text("name", "name"),
                Column.text("description", "what"),
                Column.bytes("bytes", "download"),
                Column.text("licence", "licence"),
                Column.whole("folder", "on this machine"));
        for (CatalogEntry entry : Catalog.entries()) {
            table.row(
                    entry.name(),
                    entry.description(),
                    entry.bytes(),
                    entry.licence(),
                    Catalog.find(entry.name(), DataFolders.all()));
        }
        console.table(table, json);
        return ExitCode.DONE;
    }

    @Command(name = "fetch", description = "Downloads a data set; goes on where an earlier download stopped.")
    int fetch(@Parameters(paramLabel = "NAME", description = "As in the list.") String name) throws IOException {
        CatalogEntry entry = Catalog.entry(name);
        Path folder = DataFolders.own().resolve(entry.name());
        console.err()
                .println(entry.name() + ": " + Figures.bytes(entry.bytes()) + " to " + folder + "; licence: "
                        + entry.licence());
        try (ProgressLine progress = new ProgressLine(console)) {
            Download.of(
                    entry,
                    folder,
                    (file, bytes) -> progress.update(file.name(), bytes / 1000, file.bytes() / 1000, "kB"));
        }
        console.text(folder + "\n");
        return ExitCode.DONE;
    }

    @Command(name = "show", description = "Shows the parts, shapes and classes of a data set.")
    int show(
            @Parameters(paramLabel = "DATA", description = "A folder, a file or a name of the list.") String data,
            @Option(names = "--json", description = "Print JSON.") boolean json)
            throws IOException {
        DataSource source = Data.open(data, Reading.in(DataFolders.all()));
        Table parts = new Table(
                Column.text("part", "part"),
                Column.count("samples", "samples"),
                Column.text("inputs", "inputs"),
                Column.count("classes", "classes"));
        part(parts, source.test().isPresent() ? "train" : "all", source.train());
        source.test().ifPresent(test -> part(parts, "test", test));
        Table classes = classes(source);
        if (json) {
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("parts", parts.json());
            document.put("classes", classes.json());
            console.json(document);
        } else {
            console.text(parts.text() + (source.train().labelled() ? "\n" + classes.text() : ""));
        }
        return ExitCode.DONE;
    }

    private static void part(Table table, String name, DataSet part) {
        List<String> inputs = part.inputs().stream().map(DataCommand::input).toList();
        table.row(name, part.size(), String.join(", ", inputs), part.classes());
    }

    private static String input(InputSpec in) {
        return (in.name().isEmpty() ? "" : in.name() + " ") + in.dtype().text() + in.shape();
    }

    private static Table classes(DataSource source) {
        Table table = new Table(
                Column.count("label", "label"),
                Column.text("name", "class"),
                Column.count("train", "train"),
                Column.count("test", "test"));
        long[] train = counts(source.train());
        for (int c = 0; c < train.length; c++) {
            int label = c;
            table.row(
                    label,
                    source.train().classNames().get(label),
                    train[label],
                    source.test().filter(DataSet::labelled).map(t -> counts(t)[label]));
        }
        return table;
    }

    private static long[] counts(DataSet set) {
        long[] counts = new long[set.classes()];
        IntStream.range(0, set.labelled() ? set.size() : 0).forEach(i -> counts[(int) set.label(i)]++);
        return counts;
    }
}
