package espalier.config;

import espalier.graph.BadInputException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Something the user wrote, and where: {@code recipe.yaml:12:5} or {@code --ratio}. */
public sealed interface Setting {
    String where();

    record Scalar(String text, String where) implements Setting {}

    record Sequence(List<Setting> items, String where) implements Setting {
        public Sequence {
            items = List.copyOf(items);
        }
    }

    /** @param entries values by key; each key's own place is in {@code keys} */
    record Mapping(Map<String, Setting> entries, Map<String, String> keys, String where) implements Setting {
        public Mapping {
            entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
            keys = Map.copyOf(keys);
        }

        /** Where a key was written. */
        public String whereIs(String key) {
            return keys.getOrDefault(key, where);
        }

        /** This mapping with one more entry, or another value for a key. */
        public Mapping with(String key, Setting value) {
            Map<String, Setting> e = new LinkedHashMap<>(entries);
            e.put(key, value);
            Map<String, String> k = new LinkedHashMap<>(keys);
            k.put(key, value.where());
            return new Mapping(e, k, where);
        }
    }

    static Mapping empty(String where) {
        return new Mapping(Map.of(), Map.of(), where);
    }

    /** An error at this place. */
    default BadInputException error(String template, Object... arguments) {
        return new BadInputException(where() + ": " + String.format(java.util.Locale.ROOT, template, arguments));
    }
}
