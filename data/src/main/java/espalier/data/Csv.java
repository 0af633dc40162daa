package espalier.data;

import espalier.graph.BadInputException;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Tables as text: one sample a line, numbers as features, one column for the class (a name, or a whole number from 0). Separated by
 * commas, semicolons or tabs; fields may stand in double quotes; the first line is a header when its features are no numbers,
 * or when its class alone is none.
 */
final class Csv {
    /** Instead of a column's name: the file has no classes. */
    static final String NO_LABELS = "none";

    private Csv() {}

    /** @param test the second part, with the same columns */
    static DataSource read(Path train, Optional<Path> test, Optional<String> labelColumn) throws IOException {
        CsvTable first = table(train, labelColumn);
        if (test.isEmpty()) {
            return DataSource.of(dataSet(first, classes(first.labels())));
        }
        CsvTable second = table(test.get(), labelColumn);
        if (second.columns() != first.columns()) {
            throw BadInputException.of(
                    "%s: %d features, but %d in %s: give files of equal columns",
                    second.name(), second.columns(), first.columns(), first.name());
        }
        requireEqualHeaders(first, second);
        List<String> classes = classes(
                Stream.concat(first.labels().stream(), second.labels().stream()).toList());
        return DataSource.of(dataSet(first, classes), dataSet(second, classes));
    }

    private static void requireEqualHeaders(CsvTable first, CsvTable second) {
        for (int c = 0; c < Math.min(first.header().size(), second.header().size()); c++) {
            String one = first.header().get(c);
            String other = second.header().get(c);
            if (!one.equals(other)) {
                throw BadInputException.of(
                        "%s: column %d is '%s', but '%s' in %s: give files of equal columns",
                        second.name(), c + 1, Names.of(other), Names.of(one), first.name());
            }
        }
    }

    private static DataSet dataSet(CsvTable t, List<String> classes) {
        Comparator<String> order = order(classes);
        long[] labels = t.labels().stream()
                .mapToLong(l -> Collections.binarySearch(classes, l, order))
                .toArray();
        return ArrayData.of(t.name(), Tensor.floats(Shape.of(t.rows(), t.columns()), t.features()), labels, classes);
    }

    /** Whole numbers stand for themselves, so that a class that does not occur keeps its number; names are sorted. */
    private static List<String> classes(List<String> labels) {
        SortedSet<String> different = new TreeSet<>(order(labels));
        different.addAll(labels);
        if (different.isEmpty() || !different.stream().allMatch(Csv::isIndex)) {
            return List.copyOf(different);
        }
        return IntStream.rangeClosed(0, Integer.parseInt(different.last()))
                .mapToObj(Integer::toString)
                .toList();
    }

    static boolean isIndex(String label) {
        return label.matches("0|[1-9][0-9]{0,4}");
    }

    private static Comparator<String> order(List<String> labels) {
        return labels.stream().allMatch(Csv::isIndex)
                ? Comparator.comparingInt(Integer::parseInt)
                : Comparator.naturalOrder();
    }

    private static CsvTable table(Path path, Optional<String> labelColumn) throws IOException {
        try (DataFile file = DataFile.open(path);
                BufferedReader lines =
                        new BufferedReader(new InputStreamReader(file.stream(), StandardCharsets.UTF_8.newDecoder()))) {
            return new CsvParser(Names.of(path), lines, labelColumn).table();
        } catch (CharacterCodingException e) {
            throw new BadInputException(Names.of(path) + ": not text in UTF-8: give a CSV file", e);
        }
    }

    /** Whether the first bytes of a file look like text. */
    static boolean isHead(byte[] head) {
        String text = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(head)).toString();
        return head.length > 0 && text.chars().noneMatch(c -> c < ' ' && c != '\t' && c != '\n' && c != '\r');
    }
}
