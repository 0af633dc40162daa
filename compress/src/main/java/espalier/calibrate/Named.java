package espalier.calibrate;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is known to be in a map of names. */
final class Named {
    private Named() {}

    static <V> V in(Map<String, V> all, String name) {
        @Nullable V found = all.get(name);
        if (found == null) {
            throw new IllegalStateException("there is no '" + name + "'");
        }
        return found;
    }
}
