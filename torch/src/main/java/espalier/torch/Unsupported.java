package espalier.torch;

import espalier.graph.Node;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What to say about nodes that cannot run. */
final class Unsupported {
    private static final int NAMED = 5;

    private Unsupported() {}

    /** {@code cannot run 3 nodes: NonMaxSuppression (nms1), Foo (a, b): ...}. */
    static String message(List<Node> nodes) {
        Map<String, List<String>> byType = new LinkedHashMap<>();
        for (Node n : nodes) {
            byType.computeIfAbsent(n.qualifiedType(), t -> new java.util.ArrayList<>())
                    .add(n.name().isEmpty() ? n.id() : n.name());
        }
        String list = byType.entrySet().stream()
                .map(e -> printable(e.getKey()) + " (" + named(e.getValue()) + ")")
                .collect(Collectors.joining(", "));
        return "cannot run " + nodes.size() + (nodes.size() == 1 ? " node: " : " nodes: ") + list
                + ": train the part of the graph before or behind them";
    }

    private static String named(List<String> names) {
        String first = names.stream().limit(NAMED).map(Unsupported::printable).collect(Collectors.joining(", "));
        return names.size() <= NAMED ? first : first + " and " + (names.size() - NAMED) + " more";
    }

    private static String printable(String name) {
        return name.codePoints()
                .map(c -> Character.isISOControl(c) ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
