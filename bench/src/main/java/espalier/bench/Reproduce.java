package espalier.bench;

import espalier.graph.BadInputException;
import espalier.torch.Threads;
import espalier.work.Monitor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** Published results by one command each. */
@Command(
        name = "reproduce",
        mixinStandardHelpOptions = true,
        description = {
            "Trains and compresses as a published result does, and compares.",
            "Every finished row and seed is stored; the same command goes on where it was cut off."
        })
final class Reproduce implements Callable<Integer> {
    private static final double QUICK_SHARE = 0.025;

    @Parameters(arity = "0..1", paramLabel = "CASE", description = "one of those that --list shows")
    private @Nullable String key;

    @Option(names = "--list", description = "show all cases")
    private boolean list;

    @Option(names = "--seeds", description = "seeds 1 to N (default: ${DEFAULT-VALUE})")
    private int seeds = 5;

    @Option(names = "--first", description = "the first seed (default: ${DEFAULT-VALUE})")
    private int first = 1;

    @Option(names = "--quick", description = "a fortieth of the data and one seed: the same table, small")
    private boolean quick;

    @Option(names = "--held-out", description = "judge on 5,000 training images: to choose settings, never to report")
    private boolean heldOut;

    @Option(names = "--rows", description = "only rows whose name contains this")
    private String only = "";

    @Option(names = "--mnist", description = "the folder with MNIST's four files (default: ${DEFAULT-VALUE})")
    private String mnist = "mnist";

    @Option(names = "--threads", description = "(default: ${DEFAULT-VALUE})")
    private int threads = 2;

    @Option(names = "--store", description = "folder for rows and trained networks (default: ${DEFAULT-VALUE})")
    private Path store = Home.resolve("bench/target/reproduce");

    @Option(names = "--record", description = "the table's figures are added to this file")
    private @Nullable Path record;

    public static void main(String[] arguments) {
        CommandLine line = new CommandLine(new Reproduce());
        line.setExecutionExceptionHandler((e, command, parsed) -> {
            if (e instanceof BadInputException) {
                command.getErr().println("reproduce: " + e.getMessage());
                return 65;
            }
            throw e;
        });
        System.exit(line.execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        if (list || key == null) {
            Cases.ALL.forEach(c -> System.out.printf("%-22s %s%n", c.key(), c.summary()));
            return list ? 0 : 2;
        }
        Case wanted = Cases.find(key);
        Threads.set(threads);
        Lab lab = new Lab(store.resolve("models"), mnist, quick ? QUICK_SHARE : 1, heldOut, threads, new Progress());
        Map<String, Summary> table = table(wanted, lab);
        print(wanted, table);
        if (record != null) {
            Figures figures = new Figures(record);
            String command = "bench/reproduce " + key + " --seeds " + seeds;
            for (var row : table.entrySet()) {
                figures.add(Figures.Line.of("reproduce", key + ": " + row.getKey(), command, row.getValue()));
            }
        }
        return 0;
    }

    private Map<String, Summary> table(Case wanted, Lab lab) throws Exception {
        Results results = new Results(store.resolve("rows.jsonl"));
        int count = quick ? 1 : seeds;
        Map<String, List<JsonNode>> rows = new LinkedHashMap<>();
        Map<String, List<JsonNode>> bases = new LinkedHashMap<>();
        Map<String, String> published = new LinkedHashMap<>();
        for (int seed = first; seed < first + count; seed++) {
            for (Study study : wanted.studies()) {
                List<Study.Variant> variants = study.variants().stream()
                        .filter(v -> v.name().contains(only))
                        .toList();
                if (variants.isEmpty()
                        && !(study.variants().isEmpty() && study.name().contains(only))) {
                    continue;
                }
                long s = seed;
                JsonNode base =
                        row(results, study.name(), s, study.base() + lab.circumstances(), () -> lab.base(study, s));
                add(rows, bases, published, study.name(), base, base, study.published());
                for (Study.Variant v : variants) {
                    String settings = study.base() + v.settings(v.steps().size()) + lab.circumstances();
                    JsonNode row = row(results, v.name(), s, settings, () -> lab.row(study, v, s));
                    add(rows, bases, published, v.name(), row, base, v.published());
                }
            }
        }
        Map<String, Summary> table = new LinkedHashMap<>();
        rows.forEach((name, all) -> table.put(
                name, Summary.of(all, bases.getOrDefault(name, List.of()), published.getOrDefault(name, ""))));
        return table;
    }

    private static void add(
            Map<String, List<JsonNode>> rows,
            Map<String, List<JsonNode>> bases,
            Map<String, String> published,
            String name,
            JsonNode row,
            JsonNode base,
            String words) {
        rows.computeIfAbsent(name, n -> new ArrayList<>()).add(row);
        bases.computeIfAbsent(name, n -> new ArrayList<>()).add(base);
        published.put(name, words);
    }

    private JsonNode row(Results results, String name, long seed, String settings, Callable<Map<String, Object>> make)
            throws Exception {
        var known = results.find(String.valueOf(key), name, seed, settings);
        if (known.isPresent()) {
            return known.get();
        }
        long began = System.nanoTime();
        JsonNode made = results.add(String.valueOf(key), name, seed, settings, make.call());
        System.err.printf(
                Locale.ROOT,
                "%s, seed %d: %.2f %% error, %.0f s%n",
                name,
                seed,
                100 * (1 - made.get("accuracy").asDouble()),
                (System.nanoTime() - began) / 1e9);
        return made;
    }

    private static void print(Case wanted, Map<String, Summary> table) {
        System.out.printf("%s: %s%n", wanted.key(), wanted.summary());
        System.out.printf(
                "%-34s %5s %14s %7s %6s %7s %9s %6s %9s %9s %7s %7s %14s %14s  %s%n",
                "",
                "seeds",
                "error %",
                "drop",
                "agree",
                "kept %",
                "MACs",
                "fewer",
                "bytes",
                "packed",
                "store",
                "faster",
                "scratch",
                "rewound",
                "published");
        table.forEach((name, s) -> System.out.printf(
                Locale.ROOT,
                "%-34s %5d %14s %7.2f %6.2f %7.2f %9.0f %5.1fx %9.0f %9.0f %6.1fx %6.2fx %14s %14s  %s%n",
                name,
                s.seeds(),
                Summary.spread(s.error(), s.deviation(), s.seeds()),
                s.drop(),
                s.agreement(),
                s.kept(),
                s.macs(),
                s.macsRatio(),
                s.bytes(),
                s.packed(),
                s.store(),
                s.faster(),
                s.scratch(),
                s.rewound(),
                s.published()));
    }

    /** A line now and then on standard error. */
    private static final class Progress implements Monitor {
        private static final long PAUSE = 5_000_000_000L;
        private long last = System.nanoTime();

        @Override
        public void say(String line) {}

        @Override
        public void progress(String task, long done, long total, String note) {
            if (System.nanoTime() - last > PAUSE) {
                last = System.nanoTime();
                System.err.printf("  %s: %d of %d, %s%n", task, done, total, note);
            }
        }

        @Override
        public boolean stopping() {
            return false;
        }
    }
}
