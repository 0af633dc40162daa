package espalier.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Puts the tables into the page: what stands between {@code <!-- KEY -->} and {@code <!-- end -->} is written anew. A case that was never
 * run needs no place.
 */
final class Tables {
    static final String PAGE = "docs/benchmarks.md";
    static final String DATA = "docs/benchmarks.jsonl";
    private static final String END = "<!-- end -->";

    private Tables() {}

    public static void main(String[] arguments) throws IOException {
        Path page = Home.resolve(PAGE);
        Files.writeString(page, filled(Files.readString(page), new Figures(Home.resolve(DATA))));
    }

    static String filled(String page, Figures figures) throws IOException {
        String text = page;
        for (BenchTable table : BenchTables.ALL) {
            String begin = "<!-- " + table.key() + " -->";
            int from = text.indexOf(begin);
            if (from < 0 && table.isEmpty(figures)) {
                continue;
            }
            int to = text.indexOf(END, from);
            if (from < 0 || to < 0) {
                throw new IllegalStateException("the page has no place for the table " + table.key());
            }
            text = text.substring(0, from + begin.length()) + "\n" + table.markdown(figures) + text.substring(to);
        }
        return text;
    }
}
