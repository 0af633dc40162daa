package espalier.quantize;

import espalier.graph.BadInputException;
import espalier.graph.Node;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The layers that a user wants, by patterns of names in which {@code *} stands for any text.
 *
 * @param include all where it is empty
 */
record Chosen(List<String> include, List<String> exclude) implements Placement.Veto {
    private static final int NAMES_SHOWN = 8;

    /**
     * This choice, checked against a model's layers.
     *
     * @throws BadInputException where a pattern matches none
     */
    static Chosen of(List<Node> layers, List<String> include, List<String> exclude) {
        requireMatches("include", include, layers);
        requireMatches("exclude", exclude, layers);
        return new Chosen(include, exclude);
    }

    private static void requireMatches(String key, List<String> patterns, List<Node> layers) {
        for (String pattern : patterns) {
            if (layers.stream().noneMatch(l -> matches(pattern, l))) {
                throw BadInputException.of(
                        "%s pattern '%s' matches no layer; there are: %s",
                        key,
                        pattern,
                        layers.stream().map(Node::label).limit(NAMES_SHOWN).collect(Collectors.joining(", ")));
            }
        }
    }

    private static boolean matches(String pattern, Node layer) {
        Pattern p = Pattern.compile(Pattern.quote(pattern).replace("*", "\\E.*\\Q"));
        return p.matcher(layer.label()).matches()
                || p.matcher(layer.input(1)).matches()
                || p.matcher(layer.id()).matches();
    }

    @Override
    public Optional<String> against(Node layer) {
        return Weighted.isKind(layer) && !has(layer) ? Optional.of("it is excluded") : Optional.empty();
    }

    boolean has(Node layer) {
        return (include.isEmpty() || include.stream().anyMatch(p -> matches(p, layer)))
                && exclude.stream().noneMatch(p -> matches(p, layer));
    }
}
