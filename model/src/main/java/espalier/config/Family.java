package espalier.config;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The methods that answer one question, such as all importances: the records a sealed interface permits.
 *
 * @param type the sealed interface
 * @param members in the order of its {@code permits} clause
 */
public record Family<T>(Class<T> type, List<Member<T>> members) {

    /**
     * One method.
     *
     * @param key the name users write
     * @param summary one line
     * @param paper citation, or empty
     * @param type its record
     */
    public record Member<T>(String key, String summary, String paper, Class<? extends T> type) {}

    public static <T> Family<T> of(Class<T> sealed) {
        Class<?>[] permitted = sealed.getPermittedSubclasses();
        if (permitted == null) {
            throw new IllegalArgumentException(sealed + " is not a family: it is not sealed");
        }
        return new Family<>(
                sealed,
                Arrays.stream(permitted)
                        .filter(Class::isRecord)
                        .map(c -> member(sealed, c))
                        .toList());
    }

    private static <T> Member<T> member(Class<T> sealed, Class<?> type) {
        Method m = type.getAnnotation(Method.class);
        return m == null
                ? new Member<>(Component.kebab(type.getSimpleName()), "", "", type.asSubclass(sealed))
                : new Member<>(m.key(), m.summary(), m.paper(), type.asSubclass(sealed));
    }

    /** Members by key. */
    public Map<String, Member<T>> byKey() {
        Map<String, Member<T>> map = new LinkedHashMap<>();
        members.forEach(m -> map.put(m.key(), m));
        return map;
    }

    /** The key of a method's record. */
    public static String keyOf(Object method) {
        Method m = method.getClass().getAnnotation(Method.class);
        return m == null ? Component.kebab(method.getClass().getSimpleName()) : m.key();
    }
}
