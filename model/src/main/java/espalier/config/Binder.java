package espalier.config;

import espalier.graph.BadInputException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Turns what the user wrote into records. Keys that are not written keep the defaults of the record's no-argument constructor; an
 * unknown key, a value of the wrong kind or one the record refuses is a {@link BadInputException} that names the place.
 *
 * <p>A component may be a number (also as {@code 50%}), a boolean, text, an enum constant in kebab case, an optional of these, a list
 * of text, a nested record (a mapping), or a member of a {@link Family}: its key alone, or a mapping of its key to its own settings.
 */
public final class Binder {
    private Binder() {}

    /** A record from a mapping; an empty scalar stands for an empty mapping. */
    public static <T extends Record> T record(Class<T> type, Setting setting) {
        return record(Component.defaults(type), setting);
    }

    /** A record from a mapping, where what is not written keeps the value it has in {@code base}. */
    public static <T extends Record> T record(T base, Setting setting) {
        return bindRecord(base, setting);
    }

    /** A member of a sealed family from its key, or from a mapping of its key to its settings. */
    public static <T> T member(Class<T> family, Setting setting) {
        return member(family, Optional.empty(), setting);
    }

    /** As {@link #member(Class, Setting)}; where {@code base} is of the method that was chosen, the rest stays as it is there. */
    private static <T> T member(Class<T> family, Optional<Object> base, Setting setting) {
        Map<String, Family.Member<T>> members = Family.of(family).byKey();
        if (setting instanceof Setting.Scalar s) {
            return bindMember(find(members, s.text(), s.where()), base, Setting.empty(s.where()));
        }
        if (setting instanceof Setting.Mapping m && m.entries().size() == 1) {
            var entry = m.entries().entrySet().iterator().next();
            return bindMember(find(members, entry.getKey(), m.whereIs(entry.getKey())), base, entry.getValue());
        }
        throw setting.error("expected one of: %s", String.join(", ", members.keySet()));
    }

    private static <T> Family.Member<T> find(Map<String, Family.Member<T>> members, String key, String where) {
        Family.Member<T> found = members.get(key);
        if (found == null) {
            throw new BadInputException(where + ": unknown method '" + key + "'" + Nearest.hint(key, members.keySet()));
        }
        return found;
    }

    private static <T> T bindMember(Family.Member<T> member, Optional<Object> base, Setting setting) {
        Optional<T> its = base.filter(member.type()::isInstance).map(member.type()::cast);
        return bindRecord(its.isPresent() ? its.get() : Component.defaults(member.type()), setting);
    }

    @SuppressWarnings("unchecked") // the class of a T makes a T
    private static <T> T bindRecord(T base, Setting setting) {
        Setting.Mapping written = mapping(setting);
        List<Component> components = Component.of((Record) base);
        Set<String> known = new LinkedHashSet<>();
        components.forEach(c -> known.add(c.key()));
        for (String key : written.entries().keySet()) {
            if (!known.contains(key)) {
                throw new BadInputException(
                        written.whereIs(key) + ": unknown key '" + key + "'" + Nearest.hint(key, known));
            }
        }
        Object[] values = components.stream()
                .map(c -> {
                    Setting s = written.entries().get(c.key());
                    return s == null ? c.defaultValue() : value(c.key(), c.type(), c.defaultValue(), s);
                })
                .toArray();
        try {
            return (T) Component.create(base.getClass(), values);
        } catch (BadInputException e) {
            throw new BadInputException(placeOfFault(written, e) + ": " + e.getMessage(), e);
        }
    }

    /** The place of the key that the complaint begins with, or that of the whole mapping. */
    private static String placeOfFault(Setting.Mapping written, BadInputException complaint) {
        String message = String.valueOf(complaint.getMessage());
        return written.entries().keySet().stream()
                .filter(k -> message.startsWith(k + " "))
                .findFirst()
                .map(written::whereIs)
                .orElse(written.where());
    }

    private static Setting.Mapping mapping(Setting setting) {
        if (setting instanceof Setting.Mapping m) {
            return m;
        }
        if (setting instanceof Setting.Scalar s && s.text().isBlank()) {
            return Setting.empty(s.where());
        }
        throw setting.error("expected a mapping of keys to values");
    }

    private static Object value(String key, Type type, Object base, Setting setting) {
        if (type instanceof Class<?> c && c.isRecord()) {
            return bindRecord(base, setting);
        }
        if (type instanceof Class<?> c && c.isSealed()) {
            return member(c, Optional.of(base), setting);
        }
        return value(key, type, setting);
    }

    private static Object value(String key, Type type, Setting setting) {
        if (type instanceof ParameterizedType p) {
            Type argument = p.getActualTypeArguments()[0];
            return p.getRawType() == Optional.class
                    ? Optional.of(value(key, argument, setting))
                    : list(key, argument, setting);
        }
        Class<?> c = (Class<?>) type;
        if (c.isRecord()) {
            return bindRecord(Component.defaults(c), setting);
        }
        if (c.isSealed()) {
            return member(c, setting);
        }
        if (!(setting instanceof Setting.Scalar scalar)) {
            throw setting.error("%s needs a single value", key);
        }
        return scalar(key, c, scalar);
    }

    private static List<Object> list(String key, Type argument, Setting setting) {
        List<Object> out = new ArrayList<>();
        if (setting instanceof Setting.Sequence s) {
            s.items().forEach(i -> out.add(value(key, argument, i)));
        } else if (setting instanceof Setting.Scalar s) {
            for (String part : s.text().split(",", -1)) {
                out.add(value(key, argument, new Setting.Scalar(part.strip(), s.where())));
            }
        } else if (argument instanceof Class<?> c && c.isSealed()) {
            out.add(member(c, setting));
        } else {
            throw setting.error("%s needs a list", key);
        }
        return List.copyOf(out);
    }

    private static Object scalar(String key, Class<?> type, Setting.Scalar s) {
        String text = s.text().strip();
        try {
            if (type == int.class || type == Integer.class) {
                return (int) whole(key, text, Integer.MIN_VALUE, Integer.MAX_VALUE, s);
            } else if (type == long.class || type == Long.class) {
                return whole(key, text, Long.MIN_VALUE, Long.MAX_VALUE, s);
            } else if (type == OptionalInt.class) {
                return OptionalInt.of((int) whole(key, text, Integer.MIN_VALUE, Integer.MAX_VALUE, s));
            } else if (type == OptionalLong.class) {
                return OptionalLong.of(whole(key, text, Long.MIN_VALUE, Long.MAX_VALUE, s));
            } else if (type == double.class || type == Double.class) {
                return number(text);
            } else if (type == OptionalDouble.class) {
                return OptionalDouble.of(number(text));
            }
        } catch (NumberFormatException e) {
            throw s.error("%s needs a number, got '%s'", key, text);
        }
        if (type == boolean.class || type == Boolean.class) {
            return bool(key, text, s);
        }
        return type.isEnum() ? constant(key, type, text, s) : text;
    }

    private static long whole(String key, String text, long least, long most, Setting.Scalar s) {
        if (!text.matches("[+-]?[0-9]+")) {
            throw s.error("%s needs a whole number, got '%s'", key, text);
        }
        BigInteger value = new BigInteger(text);
        if (value.compareTo(BigInteger.valueOf(least)) < 0) {
            throw s.error("%s must be at least %d, got %s", key, least, text);
        }
        if (value.compareTo(BigInteger.valueOf(most)) > 0) {
            throw s.error("%s must be at most %d, got %s", key, most, text);
        }
        return value.longValue();
    }

    private static double number(String text) {
        double value = text.endsWith("%")
                ? Double.parseDouble(text.substring(0, text.length() - 1)) / 100
                : Double.parseDouble(text);
        if (!Double.isFinite(value)) {
            throw new NumberFormatException(text);
        }
        return value;
    }

    private static boolean bool(String key, String text, Setting.Scalar s) {
        return switch (text) {
            case "true", "yes", "on" -> true;
            case "false", "no", "off" -> false;
            default -> throw s.error("%s needs true or false, got '%s'", key, text);
        };
    }

    private static Object constant(String key, Class<?> type, String text, Setting.Scalar s) {
        List<String> names = new ArrayList<>();
        for (Object constant : type.getEnumConstants()) {
            String name = Component.kebab(((Enum<?>) constant).name());
            if (name.equals(text)) {
                return constant;
            }
            names.add(name);
        }
        throw s.error("%s cannot be '%s'%s", key, text, Nearest.hint(text, names));
    }

    /** All key paths of a record, nested records included: for help texts. */
    public static List<Component> flatten(Record defaults) {
        List<Component> out = new ArrayList<>();
        for (Component c : Component.of(defaults)) {
            if (c.type() instanceof Class<?> nested && nested.isRecord()) {
                for (Component inner : flatten((Record) c.defaultValue())) {
                    out.add(new Component(
                            c.key() + "." + inner.key(), inner.type(), inner.description(), inner.defaultValue()));
                }
            } else {
                out.add(c);
            }
        }
        return out;
    }

    /** The same record as a setting again: what {@link #record} reads back to an equal one. */
    public static Setting.Mapping write(Record record, String where) {
        Setting.Mapping out = Setting.empty(where);
        for (var c : record.getClass().getRecordComponents()) {
            Optional<Setting> value = writeValue(Component.read(c, record), where);
            if (value.isPresent()) {
                out = out.with(Component.kebab(c.getName()), value.get());
            }
        }
        return out;
    }

    private static Optional<Setting> writeValue(Object value, String where) {
        if (value instanceof Optional<?> o) {
            return o.flatMap(v -> writeValue(v, where));
        } else if (value instanceof OptionalDouble o) {
            return o.isPresent() ? writeValue(o.getAsDouble(), where) : Optional.empty();
        } else if (value instanceof OptionalInt o) {
            return o.isPresent() ? writeValue(o.getAsInt(), where) : Optional.empty();
        } else if (value instanceof OptionalLong o) {
            return o.isPresent() ? writeValue(o.getAsLong(), where) : Optional.empty();
        } else if (value instanceof List<?> l) {
            return Optional.of(new Setting.Sequence(
                    l.stream().flatMap(v -> writeValue(v, where).stream()).toList(), where));
        } else if (value instanceof Enum<?> e) {
            return Optional.of(new Setting.Scalar(Component.kebab(e.name()), where));
        } else if (value instanceof Record r) {
            Setting.Mapping inner = write(r, where);
            return Optional.of(isMember(r) ? Setting.empty(where).with(Family.keyOf(r), inner) : inner);
        }
        return Optional.of(new Setting.Scalar(String.valueOf(value), where));
    }

    private static boolean isMember(Record record) {
        return Arrays.stream(record.getClass().getInterfaces()).anyMatch(Class::isSealed);
    }
}
