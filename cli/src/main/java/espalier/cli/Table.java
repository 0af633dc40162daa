package espalier.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Rows under headings, printed aligned or as JSON. */
final class Table {
    private static final String GAP = "  ";
    private static final String NOTHING = "-";

    private final List<Column> columns;
    private final List<List<Optional<?>>> rows = new ArrayList<>();
    private int totals;

    Table(Column... columns) {
        this(List.of(columns));
    }

    Table(List<Column> columns) {
        this.columns = List.copyOf(columns);
    }

    /** Adds a row; a cell is a value, or an {@link Optional} where it may be missing. */
    Table row(Object... cells) {
        if (cells.length != columns.size()) {
            throw new IllegalArgumentException(cells.length + " cells for " + columns.size() + " columns");
        }
        List<Optional<?>> row = new ArrayList<>();
        for (Object cell : cells) {
            row.add(cell instanceof Optional<?> o ? o : Optional.of(cell));
        }
        rows.add(row);
        return this;
    }

    /** Adds a row under a rule; it is not among the rows of the JSON. */
    Table total(Object... cells) {
        row(cells);
        totals++;
        return this;
    }

    /** The rows as maps from column keys to bare values. */
    List<Map<String, Optional<?>>> json() {
        return rows.subList(0, rows.size() - totals).stream().map(this::byKey).toList();
    }

    private Map<String, Optional<?>> byKey(List<Optional<?>> row) {
        Map<String, Optional<?>> map = new LinkedHashMap<>();
        for (int i = 0; i < columns.size(); i++) {
            map.put(columns.get(i).key(), row.get(i));
        }
        return map;
    }

    /** Heading and rows, each ending with a line feed. */
    String text() {
        List<List<String>> lines = new ArrayList<>();
        lines.add(columns.stream().map(Column::title).toList());
        rows.forEach(r -> lines.add(shown(r)));
        int[] widths = widths(lines);
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            if (totals > 0 && i == lines.size() - totals) {
                out.append("-".repeat(width(widths))).append('\n');
            }
            append(out, lines.get(i), widths);
        }
        return out.toString();
    }

    private List<String> shown(List<Optional<?>> row) {
        List<String> cells = new ArrayList<>();
        for (int i = 0; i < row.size(); i++) {
            Column column = columns.get(i);
            cells.add(row.get(i).map(o -> column.show().apply(o)).orElse(NOTHING));
        }
        return cells;
    }

    private static int[] widths(List<List<String>> lines) {
        int[] widths = new int[lines.get(0).size()];
        for (List<String> line : lines) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        return widths;
    }

    private static int width(int[] widths) {
        int sum = GAP.length() * (widths.length - 1);
        for (int w : widths) {
            sum += w;
        }
        return sum;
    }

    private void append(StringBuilder out, List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            String padding = " ".repeat(widths[i] - cells.get(i).length());
            line.append(i == 0 ? "" : GAP);
            line.append(columns.get(i).right() ? padding + cells.get(i) : cells.get(i) + padding);
        }
        out.append(line.toString().stripTrailing()).append('\n');
    }
}
