package espalier.bench;

import espalier.bench.BenchTable.Column;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** The tables of {@code docs/benchmarks.md}. */
final class BenchTables {
    static final BenchTable REAL_EXPORTS = new BenchTable(
            "real-exports",
            "real-exports",
            List.of(
                    number("opset", "/opset"),
                    number("nodes", "/nodes"),
                    millions("parameters", "/parameters", 2),
                    millions("MACs", "/macs", 0),
                    new Column("round trip", r -> r.at("/roundTrip").asBoolean() ? "same bits" : "differs"),
                    small("ORT - PyTorch", "/pytorch"),
                    small("program - ORT", "/program"),
                    new Column(
                            "gradients",
                            r -> r.at("/moved").asInt() + " of "
                                    + r.at("/learned").asInt())));

    static final BenchTable REAL_CUTS = new BenchTable(
            "real-cuts",
            "real-exports",
            List.of(
                    number("groups", "/groups"),
                    decimal("found in ms", "/groupMillis", 1),
                    small("masked - cut", "/masked"),
                    small("another choice", "/control"),
                    millions("parameters left", "/cut/parameters", 2),
                    new Column(
                            "MACs left",
                            r -> percent(
                                    r.at("/cut/macs").asDouble() / r.at("/macs").asDouble())),
                    decimal("ms before", "/latency/before", 2),
                    decimal("ms after", "/latency/after", 2),
                    times("faster", "/faster")));

    static final BenchTable CHANNEL_GROUPS = new BenchTable(
            "channel-groups",
            "channel-groups",
            List.of(
                    number("groups", "/groups"),
                    decimal("reading, ms", "/read", 0),
                    decimal("fresh JVM, ms", "/fresh", 0),
                    decimal("its cpu ms", "/freshCpu", 0),
                    decimal("without options, ms", "/plain", 0),
                    decimal("warm, ms", "/warm", 1),
                    number("theirs", "/peerGroups"),
                    decimal("Torch-Pruning, ms", "/peer", 0),
                    times("faster", "/ratio")));

    static final BenchTable START_UP = new BenchTable(
            "start-up",
            "start-up",
            List.of(
                    decimal("ms", "/median", 0),
                    decimal("fastest", "/fastest", 0),
                    new Column("native libraries", r -> libraries(r.at("/libraries")))));

    static final BenchTable TRAIN_THROUGHPUT = new BenchTable(
            "train-throughput",
            "train-throughput",
            List.of(
                    decimal("images/s", "/imagesPerSecond", 0),
                    decimal("ms a step", "/millis", 2),
                    decimal("cpu ms", "/cpuMillis", 2),
                    times("ours is faster", "/times"),
                    times("by cpu time", "/timesByCpu")));

    private static final Column SEEDS = number("seeds", "/seeds");
    private static final Column ERROR = new Column(
            "test error, %",
            r -> Summary.spread(
                    r.at("/error").asDouble(),
                    r.at("/deviation").asDouble(),
                    r.at("/seeds").asInt()));
    private static final Column LOST = decimal("points lost", "/drop", 2);
    private static final Column KEPT = decimal("weights kept, %", "/kept", 1);
    private static final Column MACS = number("MACs", "/macs");
    private static final Column FEWER = times("fewer", "/macsRatio");
    private static final Column FASTER = times("faster", "/faster");
    private static final Column PUBLISHED =
            new Column("published", r -> r.at("/published").asString(""));

    static final BenchTable KILL_RESUME = new BenchTable(
            "kill-resume",
            "kill-resume",
            List.of(
                    number("kills", "/kills"),
                    number("finished runs", "/finishedRuns"),
                    number("with other bytes", "/differing"),
                    number("left alone, ms", "/aloneMillis"),
                    number("gone after SIGTERM, ms", "/terminatedMillis")));

    static final BenchTable QUANTIZERS = new BenchTable(
            "quantizers",
            "quantizers",
            List.of(
                    new Column("accuracy", r -> fixed(100 * r.at("/accuracy").asDouble(), 2) + " %"),
                    number("bytes", "/bytes"),
                    decimal("batch 1, ms", "/millis1", 3),
                    times("faster", "/faster1"),
                    decimal("batch 64, ms", "/millis64", 2),
                    times("faster", "/faster64")));

    static final BenchTable EMBEDDINGS = new BenchTable(
            "embeddings",
            "embeddings",
            List.of(
                    number("bytes", "/bytes"),
                    decimal("16 tokens, ms", "/millis16", 2),
                    times("faster", "/faster16"),
                    decimal("128 tokens, ms", "/millis128", 2),
                    times("faster", "/faster128"),
                    decimal("mean cosine", "/cosine", 5),
                    decimal("worst cosine", "/worst", 5)));

    static final BenchTable DISTILL_TIMES = new BenchTable(
            "distill-times",
            "distill-times",
            List.of(
                    decimal("labels, cpu ms a step", "/plain", 1),
                    decimal("outputs kept", "/cached", 1),
                    new Column("of labels", r -> fixed(r.at("/cachedRatio").asDouble(), 3) + "x"),
                    decimal("teacher's forward", "/forward", 1),
                    decimal("teacher runs", "/live", 1),
                    new Column(
                            "of labels + forward", r -> fixed(r.at("/liveRatio").asDouble(), 3) + "x")));

    static final BenchTable PACK_SPEED = new BenchTable(
            "pack-speed",
            "pack-speed",
            List.of(
                    decimal("25 M weights clustered, s", "/clusterSeconds", 2),
                    number("4 M weights, bytes", "/floats"),
                    number("entropy", "/bound"),
                    number("packed", "/packed"),
                    new Column(
                            "of entropy",
                            r -> fixed(
                                            r.at("/packed").asDouble()
                                                    / r.at("/bound").asDouble(),
                                            4) + "x"),
                    number("DEFLATE", "/deflate"),
                    new Column(
                            "zstd -19",
                            r -> r.at("/zstd").asLong() < 0
                                    ? "not installed"
                                    : String.format(
                                            Locale.ROOT, "%,d", r.at("/zstd").asLong())),
                    decimal("packed in s", "/packSeconds", 2),
                    decimal("unpacked, MB of floats a s", "/unpackMegabytes", 0)));

    static final List<BenchTable> ALL = Stream.concat(
                    Stream.of(
                            TRAIN_THROUGHPUT,
                            REAL_EXPORTS,
                            REAL_CUTS,
                            CHANNEL_GROUPS,
                            START_UP,
                            KILL_RESUME,
                            QUANTIZERS,
                            EMBEDDINGS,
                            DISTILL_TIMES,
                            PACK_SPEED),
                    Cases.ALL.stream().map(BenchTables::of))
            .toList();

    private BenchTables() {}

    private static BenchTable of(Case published) {
        return new BenchTable(published.key(), "reproduce", published.key() + ": ", columns(published.shows()));
    }

    private static List<Column> columns(Case.Shows shows) {
        return switch (shows) {
            case CONTROLS ->
                List.of(
                        SEEDS,
                        ERROR,
                        LOST,
                        decimal("agrees, %", "/agreement", 1),
                        KEPT,
                        MACS,
                        FEWER,
                        FASTER,
                        new Column("from fresh weights", r -> r.at("/scratch").asString("")),
                        new Column("from initial weights", r -> r.at("/rewound").asString("")),
                        PUBLISHED);
            case BYTES ->
                List.of(
                        SEEDS,
                        ERROR,
                        LOST,
                        KEPT,
                        number("packed, bytes", "/packed"),
                        times("smaller", "/store"),
                        PUBLISHED);
            case ACCURACY -> List.of(SEEDS, ERROR, number("bytes", "/bytes"), MACS, PUBLISHED);
            case SPEED -> List.of(SEEDS, ERROR, LOST, KEPT, MACS, FEWER, FASTER, PUBLISHED);
        };
    }

    private static String libraries(JsonNode names) {
        return names.isEmpty()
                ? "none"
                : names.values().stream().map(JsonNode::asString).collect(Collectors.joining(", "));
    }

    private static Column number(String title, String path) {
        return new Column(
                title, r -> String.format(Locale.ROOT, "%,d", r.at(path).asLong()));
    }

    private static Column millions(String title, String path, int decimals) {
        return new Column(title, r -> fixed(r.at(path).asLong() / 1e6, decimals) + " M");
    }

    private static Column decimal(String title, String path, int decimals) {
        return new Column(title, r -> fixed(r.at(path).asDouble(), decimals));
    }

    private static Column small(String title, String path) {
        return new Column(
                title, r -> String.format(Locale.ROOT, "%.0e", r.at(path).asDouble()));
    }

    private static Column times(String title, String path) {
        return new Column(title, r -> fixed(r.at(path).asDouble(), 2) + "x");
    }

    private static String percent(double share) {
        return fixed(100 * share, 1) + " %";
    }

    private static String fixed(double x, int decimals) {
        return String.format(Locale.ROOT, "%." + decimals + "f", x);
    }
}
