package espalier.data;

import espalier.graph.BadInputException;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Tables as text: one sample a line, numbers as features, one column for the class (a name, or a whole number from 0). Separated by
 * commas, semicolons or tabs; fields may stand in double quotes; the first line is a header when its features are no numbers.
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
        List<String> classes = classes(
                Stream.concat(first.labels().stream(), second.labels().stream()).toList());
        return DataSource.of(dataSet(first, classes), dataSet(second, classes));
    }

    private static DataSet dataSet(CsvTable t, List<String> classes) {
        long[] labels = t.labels().stream()
                .mapToLong(l -> Collections.binarySearch(classes, l, Csv::compare))
                .toArray();
        return ArrayData.of(t.name(), Tensor.floats(Shape.of(t.rows(), t.columns()), t.features()), labels, classes);
    }

    /** Whole numbers stand for themselves, so that a class that does not occur keeps its number; names are sorted. */
    private static List<String> classes(List<String> labels) {
        SortedSet<String> different = new TreeSet<>(Csv::compare);
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

    private static int compare(String a, String b) {
        return isIndex(a) && isIndex(b) ? Integer.compare(Integer.parseInt(a), Integer.parseInt(b)) : a.compareTo(b);
    }

    private static CsvTable table(Path path, Optional<String> labelColumn) throws IOException {
        if (!Files.isRegularFile(path)) {
            throw BadInputException.of("%s: not a file: give a file that exists", Names.of(path));
        }
        try (BufferedReader lines = Files.newBufferedReader(path, StandardCharsets.UTF_8)) {
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
