package espalier.runtime;

import espalier.graph.BadInputException;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * An object of a manifest, with the types its values must have.
 *
 * @param values by key
 * @param where the manifest and the way to this object, as messages call it
 */
record JsonObject(Map<?, ?> values, String where) {
    /** The whole of a text. */
    static JsonObject parse(String text, String source) {
        if (Json.parse(text, source) instanceof Map<?, ?> map) {
            return new JsonObject(map, source);
        }
        throw new BadInputException(source + ": is not a manifest");
    }

    private <T> T need(String key, Class<T> type, String kind) {
        return as(values.get(key), key, type, kind);
    }

    private <T> T as(@Nullable Object value, String key, Class<T> type, String kind) {
        if (!type.isInstance(value)) {
            throw BadInputException.of("%s: '%s' must be %s", where, key, kind);
        }
        return type.cast(value);
    }

    String text(String key) {
        return need(key, String.class, "a text");
    }

    double number(String key) {
        return need(key, Double.class, "a number");
    }

    OptionalDouble optional(String key) {
        return values.get(key) == null ? OptionalDouble.empty() : OptionalDouble.of(number(key));
    }

    long whole(String key) {
        double d = number(key);
        if (d < 0 || d != Math.rint(d) || d > Long.MAX_VALUE / 2.0) {
            throw BadInputException.of("%s: '%s' must be a whole number of 0 or more", where, key);
        }
        return (long) d;
    }

    JsonObject object(String key) {
        return new JsonObject(need(key, Map.class, "an object"), where + ": " + key);
    }

    List<JsonObject> objects(String key) {
        List<?> all = list(key);
        return IntStream.range(0, all.size())
                .mapToObj(i -> new JsonObject(
                        as(all.get(i), key, Map.class, "a list of objects"), where + ": " + key + "[" + i + "]"))
                .toList();
    }

    List<String> texts(String key) {
        return list(key).stream()
                .map(v -> as(v, key, String.class, "a list of texts"))
                .toList();
    }

    List<Double> numbers(String key) {
        return list(key).stream()
                .map(v -> as(v, key, Double.class, "a list of numbers"))
                .toList();
    }

    private List<?> list(String key) {
        return need(key, List.class, "a list");
    }

    /** Refuses a file of another kind, or one of a later version. */
    void requireFormat(String format, int version) {
        if (!format.equals(values.get("format"))) {
            throw BadInputException.of("%s: is not a manifest of the format '%s'", where, format);
        }
        if (whole("version") > version) {
            throw BadInputException.of(
                    "%s: has version %d, this program reads up to %d: update it", where, whole("version"), version);
        }
    }
}
