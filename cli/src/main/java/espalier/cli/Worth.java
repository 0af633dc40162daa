package espalier.cli;

import espalier.prune.Health;
import espalier.prune.Standing;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the channels of each layer are worth, and whether that tells them apart. */
final class Worth implements Document {
    /** From no unit to the most in any part. */
    private static final String HEIGHTS = "_.:-=+*#";

    private static final int PARTS = 10;

    private final String importance;
    private final List<Standing> layers;

    Worth(String importance, List<Standing> layers) {
        this.importance = importance;
        this.layers = layers;
    }

    private Table table() {
        Table table = new Table(
                Column.text("layer", "layer"),
                Column.count("units", "units"),
                Column.number("smallest", "smallest"),
                Column.number("median", "median"),
                Column.number("largest", "largest"),
                Column.number("spread", "spread"),
                Column.percent("smallestByMean", "smallest by mean"),
                Column.text("distribution", "0 to largest"),
                Column.text("warning", ""));
        for (Standing s : layers) {
            table.row(
                    s.layer(),
                    s.units(),
                    s.smallest(),
                    s.median(),
                    s.largest(),
                    Health.of(s.scores()).spread(),
                    Health.of(s.scores()).smallest(),
                    drawn(s.histogram(PARTS)),
                    warning(s).map(w -> "!").or(() -> Optional.of("")));
        }
        return table;
    }

    private static Optional<String> warning(Standing s) {
        return s.health().flatMap(Health::warning);
    }

    private static String drawn(int[] counts) {
        int most = 0;
        for (int c : counts) {
            most = Math.max(most, c);
        }
        StringBuilder out = new StringBuilder("|");
        for (int c : counts) {
            int height = c == 0 ? 0 : 1 + (HEIGHTS.length() - 2) * (c - 1) / Math.max(1, most - 1);
            out.append(HEIGHTS.charAt(height));
        }
        return out.append('|').toString();
    }

    @Override
    public String text() {
        StringBuilder out = new StringBuilder(table().text());
        for (Standing s : layers) {
            warning(s)
                    .ifPresent(w ->
                            out.append(Escape.controls(s.layer() + ": " + w)).append('\n'));
        }
        return out.toString();
    }

    @Override
    public Map<String, Object> json() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("importance", importance);
        document.put("layers", layers.stream().map(Worth::json).toList());
        return document;
    }

    private static Map<String, Object> json(Standing s) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("layer", s.layer());
        map.put("units", s.units());
        map.put("scores", s.scores());
        map.put("spread", Health.of(s.scores()).spread());
        map.put("smallestByMean", Health.of(s.scores()).smallest());
        map.put("warning", warning(s));
        return map;
    }
}
