package espalier.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Finished rows, one a line, so that a run that is cut off goes on where it was. */
final class Results {
    private static final JsonMapper JSON = new JsonMapper();

    private final Path file;

    Results(Path file) {
        this.file = file;
    }

    /** The figures of a row that was finished with the same settings. */
    Optional<JsonNode> find(String key, String row, long seed, String settings) throws IOException {
        JsonNode found = null;
        for (String line : Files.exists(file) ? Files.readAllLines(file) : java.util.List.<String>of()) {
            JsonNode l = parsed(line);
            if (l.path("case").asString("").equals(key)
                    && l.path("row").asString("").equals(row)
                    && l.path("seed").asLong(-1) == seed
                    && l.path("settings").asString("").equals(hash(settings))) {
                found = l.get("figures");
            }
        }
        return Optional.ofNullable(found);
    }

    /** A line that was cut off by a kill is no line. */
    private static JsonNode parsed(String line) {
        try {
            return JSON.readTree(line);
        } catch (JacksonException e) {
            return JSON.createObjectNode();
        }
    }

    JsonNode add(String key, String row, long seed, String settings, Map<String, Object> figures) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Map<String, Object> line = new java.util.LinkedHashMap<>();
        line.put("case", key);
        line.put("row", row);
        line.put("seed", seed);
        line.put("settings", hash(settings));
        line.put("figures", figures);
        Files.writeString(
                file, JSON.writeValueAsString(line) + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        return JSON.readTree(JSON.writeValueAsString(figures));
    }

    private static String hash(String settings) {
        return UUID.nameUUIDFromBytes(settings.getBytes(StandardCharsets.UTF_8)).toString();
    }
}
