package espalier.config;

import espalier.graph.BadInputException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * One component of a configuration record.
 *
 * @param key its name as users write it, {@code learning-rate} for {@code learningRate}
 * @param type its Java type
 * @param description from its {@link Key}, or empty
 * @param defaultValue what it is when the user writes nothing
 */
public record Component(String key, Type type, String description, Object defaultValue) {

    /** The components of a record in order, with their values in it as defaults. */
    public static List<Component> of(Record defaults) {
        return Arrays.stream(defaults.getClass().getRecordComponents())
                .map(c -> new Component(kebab(c.getName()), c.getGenericType(), describe(c), read(c, defaults)))
                .toList();
    }

    /** The record as its no-argument constructor makes it. */
    public static <T> T defaults(Class<T> type) {
        try {
            var constructor = type.getDeclaredConstructor();
            constructor.setAccessible(true);
            return constructor.newInstance();
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(type + " has invalid defaults", e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type + " needs a no-argument constructor that holds its defaults", e);
        }
    }

    /** The record made from the values of all its components; what its compact constructor says against them is passed on. */
    static <T> T create(Class<T> type, Object[] values) {
        Class<?>[] types = Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getType)
                .toArray(Class<?>[]::new);
        try {
            var constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof BadInputException complaint) {
                throw complaint;
            }
            throw new IllegalStateException("cannot make " + type, e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot make " + type, e);
        }
    }

    static Object read(RecordComponent component, Object from) {
        try {
            var accessor = component.getAccessor();
            accessor.setAccessible(true);
            return accessor.invoke(from);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot read " + component, e);
        }
    }

    private static String describe(RecordComponent component) {
        Key key = component.getAnnotation(Key.class);
        return key == null ? "" : key.value();
    }

    /** {@code learningRate} and {@code LearningRate} become {@code learning-rate}, {@code PER_LAYER} becomes {@code per-layer}. */
    static String kebab(String name) {
        String words = name.contains("_") || name.equals(name.toUpperCase(Locale.ROOT))
                ? name.replace('_', '-')
                : name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "-");
        return words.toLowerCase(Locale.ROOT);
    }
}
