package espalier.prune;

import espalier.graph.BadInputException;
import espalier.onnx.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * How sensitive the layers of a network are.
 *
 * @param metric what drops: {@code accuracy}, or {@code agreement} with the original's top-1 class where there are no labels
 * @param model which network: SHA-256 of its file; empty where it is not known
 * @param granularity what went as one; empty where it is not known
 * @param layers curves by layer
 */
public record Sensitivity(String metric, String model, String granularity, Map<String, Curve> layers) {
    static final Sensitivity UNKNOWN = new Sensitivity("", Map.of());

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    public Sensitivity {
        model = Objects.requireNonNullElse(model, "");
        granularity = Objects.requireNonNullElse(granularity, "");
        layers = new TreeMap<>(layers);
    }

    /** Of a network that is not known. */
    Sensitivity(String metric, Map<String, Curve> layers) {
        this(metric, "", "", layers);
    }

    /** A layer that was not analysed loses nothing. */
    Curve of(String layer) {
        return layers.getOrDefault(layer, Curve.UNKNOWN);
    }

    /**
     * What two analyses of one network know together; where both know a point, the other counts.
     *
     * @throws BadInputException when they are of different networks, or cannot be compared
     */
    public Sensitivity merged(Sensitivity other) {
        if (!model.equals(other.model)) {
            throw new BadInputException("is an analysis of another model: write to another file");
        }
        requireSame(metric, other.metric);
        requireSame(granularity, other.granularity);
        Map<String, Curve> all = new TreeMap<>(layers);
        other.layers.forEach((layer, curve) -> all.merge(layer, curve, Curve::merged));
        return withLayers(all);
    }

    private static void requireSame(String one, String other) {
        if (!one.equals(other)) {
            throw BadInputException.of(
                    "an analysis of %s and one of %s cannot be merged: write to another file", one, other);
        }
    }

    public Sensitivity withLayers(Map<String, Curve> newLayers) {
        return new Sensitivity(metric, model, granularity, newLayers);
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
        WholeFile.write(JSON.writeValueAsString(this) + "\n", file);
    }
}
