package espalier.data;

import espalier.config.Nearest;
import espalier.graph.BadInputException;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads one CSV file line by line. */
final class CsvParser {
    private static final int LONGEST_LINE = 1 << 22;
    private static final int MOST_CLASSES = 100_000;

    private final String name;
    private final BufferedReader lines;
    private final Optional<String> labelColumn;
    private final List<String> labels = new ArrayList<>();
    private float[] features = new float[1024];
    private int filled;
    private long line;
    private char separator = ',';
    private List<String> header = List.of();

    CsvParser(String name, BufferedReader lines, Optional<String> labelColumn) {
        this.name = name;
        this.lines = lines;
        this.labelColumn = labelColumn;
    }

    CsvTable table() throws IOException {
        String text = next();
        separator = separatorOf(text);
        List<String> first = fields(text);
        header = isHeader(first) ? first : List.of();
        int label = labelIndex(first.size());
        int columns = first.size() - (label < 0 ? 0 : 1);
        for (String t = header.isEmpty() ? text : next(); !t.isEmpty(); t = next()) {
            if (columns == 0) {
                throw BadInputException.of("%s: no column with features: give numbers beside the label", name);
            }
            add(fields(t), first.size(), label);
        }
        if (filled == 0) {
            throw BadInputException.of("%s: holds no samples: give a data set with some", name);
        }
        if (isHeaderOfNumbers()) {
            float[] rest = Arrays.copyOfRange(features, columns, filled);
            return new CsvTable(name, first, columns, rest, labels.subList(1, labels.size()));
        }
        return new CsvTable(name, header, columns, Arrays.copyOf(features, filled), labels);
    }

    /** Whether the first line is the header that pandas gives to columns without names: its label alone is a word. */
    private boolean isHeaderOfNumbers() {
        return header.isEmpty()
                && labelColumn.isEmpty()
                && labels.size() > 1
                && isWord(labels.get(0))
                && labels.stream().skip(1).allMatch(Csv::isIndex);
    }

    /** The next line that is not blank; the empty string at the end. */
    private String next() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int c = lines.read(); c >= 0; c = lines.read()) {
            if (c == '\n') {
                line++;
                if (!text.toString().isBlank()) {
                    return text.toString().strip();
                }
                text.setLength(0);
            } else if (text.length() == LONGEST_LINE) {
                throw BadInputException.of("%s: line %d is too long: give a CSV file", name, line + 1);
            } else if (c != '\uFEFF') {
                text.append((char) c);
            }
        }
        line++;
        return text.toString().strip();
    }

    private static char separatorOf(String text) {
        return Stream.of(',', ';', '\t')
                .max(Comparator.comparingLong(
                        s -> text.chars().filter(c -> c == s).count()))
                .orElseThrow();
    }

    private List<String> fields(String text) {
        List<String> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (c == separator && !quoted) {
                fields.add(field.toString().strip());
                field.setLength(0);
            } else {
                field.append(c);
            }
        }
        if (quoted) {
            throw BadInputException.of("%s: line %d: a quote that does not end: close it", name, line);
        }
        fields.add(field.toString().strip());
        return fields;
    }

    /** Whether a column that cannot be the label's is no number. */
    private boolean isHeader(List<String> first) {
        boolean lastIsLabel = labelColumn.isEmpty();
        boolean named = labelColumn.isPresent() && !labelColumn.get().equals(Csv.NO_LABELS);
        return named
                || first.subList(0, first.size() - (lastIsLabel ? 1 : 0)).stream()
                        .anyMatch(CsvParser::isWord);
    }

    private int labelIndex(int columns) {
        if (labelColumn.isEmpty()) {
            return columns - 1;
        }
        String wanted = labelColumn.get();
        int index = header.indexOf(wanted);
        if (index < 0 && !wanted.equals(Csv.NO_LABELS)) {
            throw new BadInputException(name + ": no column '" + wanted + "'"
                    + Nearest.hint(wanted, header.stream().map(Names::of).toList()));
        }
        return index;
    }

    private void add(List<String> row, int columns, int label) {
        if (row.size() != columns) {
            throw BadInputException.of(
                    "%s: line %d: %d columns, but %d in the first line: give as many in each",
                    name, line, row.size(), columns);
        }
        for (int c = 0; c < columns; c++) {
            if (c != label) {
                addFeature(c, row.get(c));
            }
        }
        if (label >= 0) {
            labels.add(row.get(label));
            requireLabel(row.get(label));
        }
    }

    private void requireLabel(String label) {
        if (label.isEmpty()) {
            throw BadInputException.of("%s: line %d: no label: fill it in", name, line);
        }
        Optional<Float> number = number(label);
        if (number.isPresent() && !Csv.isIndex(label)) {
            throw BadInputException.of(
                    "%s: line %d: label '%s': give a name or a whole number from 0 to %d",
                    name, line, Names.of(label), MOST_CLASSES - 1);
        }
    }

    private void addFeature(int column, String field) {
        if (filled == features.length) {
            features = Arrays.copyOf(features, Math.toIntExact(Math.min(Integer.MAX_VALUE - 8L, 2L * filled)));
        }
        features[filled++] = number(field)
                .orElseThrow(() -> BadInputException.of(
                        "%s: line %d, column %s: '%s' is no finite number: clean the data",
                        name,
                        line,
                        header.isEmpty() ? column + 1 : "'" + Names.of(header.get(column)) + "'",
                        Names.of(field)));
    }

    /** Neither a number nor a way to say that there is none. */
    private static boolean isWord(String field) {
        return number(field).isEmpty() && !field.matches("(?i)[-+]?(nan|inf|infinity|na|null|\\?|)");
    }

    /** Finite numbers in decimal notation only. */
    private static Optional<Float> number(String field) {
        if (field.isEmpty() || "0123456789.+-eE".indexOf(field.charAt(field.length() - 1)) < 0) {
            return Optional.empty();
        }
        try {
            float value = Float.parseFloat(field);
            return Float.isFinite(value) ? Optional.of(value) : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
