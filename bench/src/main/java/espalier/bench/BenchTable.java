package espalier.bench;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/**
 * How the figures of a bench are shown.
 *
 * @param key names the table in the page
 * @param bench whose figures it shows
 * @param prefix of the names of its rows, which is left out
 * @param columns after the first, which has the name
 */
record BenchTable(String key, String bench, String prefix, List<Column> columns) {
    BenchTable(String key, String bench, List<Column> columns) {
        this(key, bench, "", columns);
    }

    /** A heading and what to show of a row. */
    record Column(String title, Function<JsonNode, String> show) {}

    /** The latest figures and where they were taken. */
    String markdown(Figures figures) throws IOException {
        StringBuilder out = new StringBuilder("| |");
        columns.forEach(c -> out.append(' ').append(c.title()).append(" |"));
        out.append("\n|---|").append("---:|".repeat(columns.size())).append('\n');
        Set<String> origins = new TreeSet<>();
        rows(figures).forEach((name, line) -> {
            out.append("| ").append(name.substring(prefix.length())).append(" |");
            columns.forEach(
                    c -> out.append(' ').append(c.show().apply(line.get("row"))).append(" |"));
            out.append('\n');
            origins.add(origin(line));
        });
        origins.forEach(o -> out.append('\n').append(o).append('\n'));
        return out.toString();
    }

    /** Whether nothing has been measured for it. */
    boolean isEmpty(Figures figures) throws IOException {
        return rows(figures).isEmpty();
    }

    private Map<String, JsonNode> rows(Figures figures) throws IOException {
        Map<String, JsonNode> rows = figures.latest(bench);
        rows.keySet().removeIf(name -> !name.startsWith(prefix));
        return rows;
    }

    private static String origin(JsonNode line) {
        JsonNode machine = line.get("machine");
        String features = String.join(
                " ",
                machine.get("features").values().stream()
                        .map(JsonNode::asString)
                        .toList());
        return String.format(
                Locale.ROOT,
                "`%s`, %s at %s, on %s with %d cores: %s.",
                line.get("command").asString(),
                line.get("date").asString(),
                line.get("commit").asString(),
                machine.get("processor").asString(),
                machine.get("cores").asInt(),
                features.isEmpty() ? "no vector extensions known" : features);
    }
}
