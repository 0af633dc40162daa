package espalier.prune;

import espalier.graph.BadInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * How sensitive the layers of a network are.
 *
 * @param metric what drops: {@code accuracy}, or {@code agreement} with the original's top-1 class where there are no labels
 * @param layers curves by layer
 */
public record Sensitivity(String metric, Map<String, Curve> layers) {
    static final Sensitivity UNKNOWN = new Sensitivity("", Map.of());

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    public Sensitivity {
        layers = new TreeMap<>(layers);
    }

    /** A layer that was not analysed loses nothing. */
    Curve of(String layer) {
        return layers.getOrDefault(layer, Curve.UNKNOWN);
    }

    /** What two analyses know together; where both know a point, the other counts. */
    public Sensitivity merged(Sensitivity other) {
        if (!metric.equals(other.metric)) {
            throw BadInputException.of(
                    "an analysis of %s and one of %s cannot be merged: write to another file", metric, other.metric);
        }
        Map<String, Curve> all = new TreeMap<>(layers);
        other.layers.forEach((layer, curve) -> all.merge(layer, curve, Curve::merged));
        return new Sensitivity(metric, all);
    }

    public static Sensitivity read(Path file) throws IOException {
        try {
            Sensitivity read = JSON.readValue(Files.readString(file), Sensitivity.class);
            if (read != null
                    && read.metric != null
                    && List.of("accuracy", "agreement").contains(read.metric)) {
                return read;
            }
        } catch (JacksonException e) {
            throw new BadInputException(file + ": is not an analysis made by espalier sensitivity", e);
        }
        throw BadInputException.of("%s: is not an analysis made by espalier sensitivity", file);
    }

    public void write(Path file) throws IOException {
        Path aside = file.resolveSibling(file.getFileName() + ".part");
        Files.write(aside, (JSON.writeValueAsString(this) + "\n").getBytes(StandardCharsets.UTF_8));
        Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
