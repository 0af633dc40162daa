package espalier.prune;

import espalier.channel.ChannelGroup;
import espalier.graph.BadInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The groups that a user wants pruned, by patterns of layer names in which {@code *} stands for any text. */
final class Layers {
    private Layers() {}

    /**
     * The groups that match an include pattern, or all where there is none, less those that match an exclude pattern. A group
     * matches by any layer that makes it.
     *
     * @throws BadInputException where a pattern matches nothing, or nothing is left
     */
    static List<ChannelGroup> chosen(List<ChannelGroup> groups, List<String> include, List<String> exclude) {
        requireMatches("include", include, groups);
        requireMatches("exclude", exclude, groups);
        List<ChannelGroup> chosen = new ArrayList<>();
        for (ChannelGroup g : groups) {
            if ((include.isEmpty() || include.stream().anyMatch(p -> matches(p, g)))
                    && exclude.stream().noneMatch(p -> matches(p, g))) {
                chosen.add(g);
            }
        }
        if (chosen.isEmpty()) {
            throw new BadInputException(
                    groups.isEmpty()
                            ? "no layer of this model can lose channels: see espalier inspect --groups"
                            : "include and exclude leave no layer to prune: see espalier inspect --groups");
        }
        return chosen;
    }

    private static void requireMatches(String key, List<String> patterns, List<ChannelGroup> groups) {
        for (String pattern : patterns) {
            if (groups.stream().noneMatch(g -> matches(pattern, g))) {
                throw BadInputException.of(
                        "%s pattern '%s' matches no layer; there are: %s",
                        key,
                        pattern,
                        groups.stream().map(ChannelGroup::name).limit(8).collect(Collectors.joining(", ")));
            }
        }
    }

    private static boolean matches(String pattern, ChannelGroup group) {
        Pattern p = Pattern.compile(Pattern.quote(pattern).replace("*", "\\E.*\\Q"));
        return group.origins().stream().anyMatch(o -> p.matcher(o.node()).matches());
    }
}
