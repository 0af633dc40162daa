package espalier.prune;

import espalier.graph.BadInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The layers that a user wants pruned, by patterns of names in which {@code *} stands for any text. */
final class Layers {
    private static final int NAMES_SHOWN = 8;

    private Layers() {}

    /**
     * What matches an include pattern, or all where there is none, less what matches an exclude pattern.
     *
     * @param all channel groups or weights
     * @param names the names that one of them goes by; any may match
     * @throws BadInputException where a pattern matches nothing, or nothing is left
     */
    static <T> List<T> chosen(
            List<T> all, Function<T, List<String>> names, List<String> include, List<String> exclude) {
        requireMatches("include", include, all, names);
        requireMatches("exclude", exclude, all, names);
        List<T> chosen = new ArrayList<>();
        for (T layer : all) {
            List<String> its = names.apply(layer);
            if ((include.isEmpty() || include.stream().anyMatch(p -> matches(p, its)))
                    && exclude.stream().noneMatch(p -> matches(p, its))) {
                chosen.add(layer);
            }
        }
        if (chosen.isEmpty()) {
            throw new BadInputException(
                    all.isEmpty()
                            ? "no layer of this model can lose channels: see espalier inspect --groups"
                            : "include and exclude leave no layer to prune: see espalier inspect --groups");
        }
        return chosen;
    }

    private static <T> void requireMatches(
            String key, List<String> patterns, List<T> all, Function<T, List<String>> names) {
        for (String pattern : patterns) {
            if (all.stream().noneMatch(l -> matches(pattern, names.apply(l)))) {
                throw BadInputException.of(
                        "%s pattern '%s' matches no layer; there are: %s",
                        key,
                        pattern,
                        named(all.stream().map(l -> names.apply(l).get(0)).toList()));
            }
        }
    }

    /** The first of them, for a message. */
    static String named(List<String> layers) {
        return layers.stream().limit(NAMES_SHOWN).collect(Collectors.joining(", "))
                + (layers.size() > NAMES_SHOWN ? ", ..." : "");
    }

    private static boolean matches(String pattern, List<String> names) {
        Pattern p = Pattern.compile(Pattern.quote(pattern).replace("*", "\\E.*\\Q"));
        return names.stream().anyMatch(n -> p.matcher(n).matches());
    }

    static void requireFinite(String layer, double[] scores) {
        for (double s : scores) {
            if (!Double.isFinite(s)) {
                throw BadInputException.of(
                        "layer '%s' has weights that are NaN or infinite: train the model again before pruning it",
                        layer);
            }
        }
    }
}
