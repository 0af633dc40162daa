package espalier.factorize;

import espalier.graph.BadInputException;
import espalier.graph.Graph;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The layers that a user wants split. */
final class Chosen {
    private static final int NAMES_SHOWN = 8;

    private Chosen() {}

    /**
     * What matches an include pattern, or all that can be split where there is none, less what matches an exclude pattern.
     *
     * @throws BadInputException where a pattern matches nothing, or a layer that is asked for cannot be split
     */
    static List<Target> of(Graph graph, Factorize settings) {
        List<Target> all = Target.of(graph);
        requireMatches("include", settings.include(), all);
        requireMatches("exclude", settings.exclude(), all);
        List<Target> chosen = new ArrayList<>();
        for (Target t : all) {
            boolean asked = settings.include().stream().anyMatch(p -> matches(p, t));
            boolean wanted = (asked || settings.include().isEmpty())
                    && settings.exclude().stream().noneMatch(p -> matches(p, t));
            if (wanted && canBeSplit(t, settings.method(), asked)) {
                chosen.add(t);
            }
        }
        if (chosen.isEmpty()) {
            throw new BadInputException("no layer is left that the method can split: see espalier inspect");
        }
        return chosen;
    }

    private static boolean canBeSplit(Target target, Decomposition method, boolean asked) {
        String why = target.why()
                .orElse(target.method(method).isPresent() ? "" : "looks at one position, there is nothing to separate");
        if (asked && !why.isEmpty()) {
            throw BadInputException.of("layer '%s' %s: leave it out of include", target.name(), why);
        }
        return why.isEmpty();
    }

    private static void requireMatches(String key, List<String> patterns, List<Target> all) {
        for (String pattern : patterns) {
            if (all.stream().noneMatch(t -> matches(pattern, t))) {
                throw BadInputException.of(
                        "%s pattern '%s' matches no layer; there are: %s",
                        key,
                        pattern,
                        all.stream().map(Target::name).limit(NAMES_SHOWN).collect(Collectors.joining(", ")));
            }
        }
    }

    private static boolean matches(String pattern, Target target) {
        Pattern p = Pattern.compile(Pattern.quote(pattern).replace("*", "\\E.*\\Q"));
        return p.matcher(target.name()).matches();
    }
}
