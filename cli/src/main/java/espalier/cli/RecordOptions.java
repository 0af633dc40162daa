package espalier.cli;

import espalier.config.Binder;
import espalier.config.Component;
import espalier.config.Family;
import espalier.config.Setting;
import espalier.recipe.Yaml;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * A command's options from a configuration record: {@code --learning-rate} for the component {@code learningRate}, wherever it is
 * nested. A value is what a recipe would hold: {@code --optimizer adamw} or {@code --optimizer '{sgd: {momentum: 0.8}}'}.
 */
final class RecordOptions {
    private final Map<String, Component> byOption = new LinkedHashMap<>();

    /** @param defaults the record whose components become options, and whose values are their defaults */
    RecordOptions(Record defaults) {
        for (Component c : Binder.flatten(defaults)) {
            String leaf = "--" + c.key().substring(c.key().lastIndexOf('.') + 1);
            byOption.put(byOption.containsKey(leaf) ? "--" + c.key().replace('.', '-') : leaf, c);
        }
    }

    /** Adds the options, except those that the command has itself, such as {@code --seed}. */
    void addTo(CommandSpec spec) {
        byOption.keySet().removeIf(name -> spec.findOption(name) != null);
        byOption.forEach((name, c) -> spec.addOption(OptionSpec.builder(name)
                .type(String.class)
                .paramLabel(label(c))
                .description(escape(c.description()) + defaultOf(c))
                .build()));
    }

    /** What was written on the command line, nested as a recipe would nest it. */
    Setting.Mapping read(ParseResult parsed) {
        Setting.Mapping root = Setting.empty("command line");
        for (var entry : byOption.entrySet()) {
            String name = entry.getKey();
            if (parsed.hasMatchedOption(name)) {
                String text = parsed.matchedOptionValue(name, "");
                Setting value = text.startsWith("{") || text.startsWith("[")
                        ? Yaml.parse(text, name)
                        : new Setting.Scalar(text, name);
                root = put(root, List.of(entry.getValue().key().split("\\.")), value);
            }
        }
        return root;
    }

    private static Setting.Mapping put(Setting.Mapping into, List<String> path, Setting value) {
        String key = path.get(0);
        if (path.size() == 1) {
            return into.with(key, value);
        }
        Setting.Mapping inner = into.entries().get(key) instanceof Setting.Mapping m ? m : Setting.empty(value.where());
        return into.with(key, put(inner, path.subList(1, path.size()), value));
    }

    private static String label(Component c) {
        if (c.type() instanceof Class<?> type) {
            if (type.isEnum()) {
                return Arrays.stream(type.getEnumConstants())
                        .map(RecordOptions::word)
                        .collect(Collectors.joining("|"));
            }
            if (type.isSealed()) {
                return String.join("|", Family.of(type).byKey().keySet());
            }
            if (type == boolean.class) {
                return "true|false";
            }
            return type == String.class ? "TEXT" : "N";
        }
        return "LIST";
    }

    private static String defaultOf(Component c) {
        return Optional.of(written(c.defaultValue()))
                .filter(text -> !text.isEmpty())
                .map(text -> " (default: " + escape(text) + ")")
                .orElse("");
    }

    private static String written(Object value) {
        String text = String.valueOf(value);
        if (text.startsWith("Optional") && text.endsWith(".empty") || value instanceof List<?> l && l.isEmpty()) {
            return "";
        }
        if (value instanceof Enum<?>) {
            return word(value);
        }
        if (value instanceof List<?> l) {
            return l.stream().map(RecordOptions::written).collect(Collectors.joining(","));
        }
        return value instanceof Record r ? method(r) : text;
    }

    /** Its key, with the settings that it has here and not elsewhere. */
    private static String method(Record method) {
        List<Component> own = Component.of(Component.defaults(method.getClass()));
        String here = Component.of(method).stream()
                .filter(c -> !own.contains(c))
                .map(c -> c.key() + ": " + written(c.defaultValue()))
                .collect(Collectors.joining(", "));
        String key = Family.keyOf(method);
        return here.isEmpty() ? key : "{" + key + ": {" + here + "}}";
    }

    private static String word(Object constant) {
        return ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Picocli formats descriptions: its own signs are doubled. */
    private static String escape(String text) {
        return text.replace("%", "%%");
    }
}
