package espalier.cli;

import espalier.channel.ChannelGroup;
import espalier.channel.ChannelGroup.Origin;
import espalier.channel.ChannelGroups;
import espalier.channel.Role;
import espalier.channel.Slot;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The channel groups of a model for the reader: who makes the channels, who reads them, and which channels must stay and why. */
final class Coupling implements Document {
    private final ChannelGroups groups;

    Coupling(ChannelGroups groups) {
        this.groups = groups;
    }

    /** {@code groups} and {@code fixed}. */
    @Override
    public Map<String, Object> json() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("groups", groups.groups().stream().map(Coupling::json).toList());
        document.put("fixed", fixed().json());
        return document;
    }

    private static Map<String, Object> json(ChannelGroup group) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("group", group.name());
        map.put("units", group.size());
        map.put("layers", group.origins());
        map.put("slots", group.slots().stream().map(Coupling::json).toList());
        map.put(
                "rowsThatStayEqual",
                group.rows().stream().map(r -> r.rows().size()).toList());
        return map;
    }

    private static Map<String, Object> json(Slot slot) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("initializer", slot.initializer());
        map.put("axis", slot.axis());
        map.put("node", slot.node());
        map.put("role", slot.role());
        return map;
    }

    @Override
    public String text() {
        StringBuilder out = new StringBuilder();
        for (ChannelGroup g : groups.groups()) {
            line(out, g.name() + ": " + g.size() + " units" + limits(g));
            line(out, "  made by " + g.origins().stream().map(Coupling::origin).collect(Collectors.joining(", ")));
            list(out, "  through ", nodes(g, Role.CHANNEL, Role.UNMASKED));
            list(out, "  read by ", nodes(g, Role.CONSUMER));
        }
        line(out, groups.groups().size() + " groups, " + Figures.count(groups.units()) + " units");
        return out + (groups.fixed().isEmpty() ? "" : "\n" + fixed().text());
    }

    private Table fixed() {
        Table table = new Table(
                Column.text("layer", "layer that keeps its channels"),
                Column.count("channels", "channels"),
                Column.text("why", "because"));
        groups.fixed().forEach(f -> table.row(f.layer().node(), f.layer().channels(), f.why()));
        return table;
    }

    private static String origin(Origin o) {
        return o.node() + " (" + o.channels() + ")";
    }

    private static String limits(ChannelGroup g) {
        return g.rows().isEmpty()
                ? ""
                : g.rows().stream()
                        .map(r -> ", the same number in each of " + r.rows().size() + " rows")
                        .distinct()
                        .collect(Collectors.joining());
    }

    private static List<String> nodes(ChannelGroup g, Role... roles) {
        return g.slots().stream()
                .filter(s -> List.of(roles).contains(s.role()))
                .map(Slot::node)
                .distinct()
                .toList();
    }

    private static void list(StringBuilder out, String head, List<String> nodes) {
        if (!nodes.isEmpty()) {
            line(out, head + String.join(", ", nodes));
        }
    }

    private static void line(StringBuilder out, String text) {
        out.append(Escape.controls(text)).append('\n');
    }
}
