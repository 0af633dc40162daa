package espalier.bench;

import espalier.cli.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Figures in a file, a line each: where and how each was taken, and the row itself. Lines are only ever added; the last one of a
 * name counts.
 */
final class Figures {
    private static final JsonMapper MAPPER = new JsonMapper();

    private final Path file;

    Figures(Path file) {
        this.file = file;
    }

    /**
     * A line.
     *
     * @param bench the command in {@code bench/} that took it
     * @param name what was measured, unique within the bench
     * @param date the day
     * @param commit of these sources
     * @param command as it was called, without paths
     * @param machine the processor and what it can do
     * @param row the figures, a record
     */
    record Line(String bench, String name, String date, String commit, String command, Processor machine, Object row) {
        static Line of(String bench, String name, String command, Object row) throws IOException, InterruptedException {
            return new Line(bench, name, LocalDate.now().toString(), Home.commit(), command, Processor.current(), row);
        }
    }

    record Processor(String processor, int cores, Collection<String> features) {
        static Processor current() {
            Machine m = Machine.current();
            return new Processor(m.processor(), m.cores(), m.features());
        }
    }

    void add(Line line) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(
                file, MAPPER.writeValueAsString(line) + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** Whether this commit has measured it already. */
    boolean has(String bench, String name, String commit) throws IOException {
        JsonNode line = latest(bench).get(name);
        return line != null && line.get("commit").asString().equals(commit);
    }

    /** The last line of every name, in the order in which names first occur. */
    Map<String, JsonNode> latest(String bench) throws IOException {
        Map<String, JsonNode> lines = new LinkedHashMap<>();
        for (String text : Files.exists(file) ? Files.readAllLines(file) : List.<String>of()) {
            JsonNode line = MAPPER.readTree(text);
            if (line.get("bench").asString().equals(bench)) {
                lines.put(line.get("name").asString(), line);
            }
        }
        return lines;
    }
}
