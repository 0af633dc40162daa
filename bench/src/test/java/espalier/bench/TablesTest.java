package espalier.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import espalier.bench.BenchTable.Column;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TablesTest {
    private static final Path HOME = Path.of("..");

    @TempDir
    Path dir;

    @Test
    void page_shows_the_figures_in_the_file() throws IOException {
        String page = Files.readString(HOME.resolve(Tables.PAGE));

        assertThat(Tables.filled(page, new Figures(HOME.resolve(Tables.DATA)))).isEqualTo(page);
    }

    @Test
    void every_recorded_bench_has_a_table() throws IOException {
        Path data = HOME.resolve(Tables.DATA);
        List<String> shown = BenchTables.ALL.stream()
                .map(t -> "{\"bench\":\"" + t.bench() + "\",\"name\":\"" + t.prefix())
                .toList();

        assertThat(Files.readAllLines(data))
                .isNotEmpty()
                .allSatisfy(line -> assertThat(shown).anyMatch(line::startsWith));
    }

    @Test
    void last_line_of_a_name_counts() throws IOException {
        Figures figures = figures(line("a", "x", 1), line("a", "y", 2), line("b", "x", 9), line("a", "x", 3));
        BenchTable table =
                new BenchTable("a", "a", List.of(new Column("n", r -> r.at("/n").asString())));

        assertThat(table.markdown(figures)).isEqualTo("""
                        | | n |
                        |---|---:|
                        | x | 3 |
                        | y | 2 |

                        `bench/a`, 2026-01-02 at 1234, on CPU with 2 cores: avx2.
                        """);
    }

    @Test
    void knows_what_a_commit_has_measured() throws IOException {
        Figures figures = figures(line("a", "x", 1));

        assertThat(figures.has("a", "x", "1234")).isTrue();
        assertThat(figures.has("a", "x", "5678")).isFalse();
        assertThat(figures.has("b", "x", "1234")).isFalse();
    }

    @Test
    void page_without_a_place_for_a_table_is_refused() throws IOException {
        assertThat(Tables.filled("no tables", figures())).isEqualTo("no tables");
        Figures measured = figures(line(BenchTables.ALL.get(0).bench(), "x", 1));
        assertThatThrownBy(() -> Tables.filled("no tables", measured))
                .hasMessage("the page has no place for the table "
                        + BenchTables.ALL.get(0).key());
    }

    private Figures figures(String... lines) throws IOException {
        Path file = dir.resolve("figures.jsonl");
        Files.write(file, List.of(lines));
        return new Figures(file);
    }

    private static String line(String bench, String name, int n) {
        return """
                {"bench":"%s","name":"%s","date":"2026-01-02","commit":"1234","command":"bench/%s",\
                "machine":{"processor":"CPU","cores":2,"features":["avx2"]},"row":{"n":%d}}\
                """.formatted(bench, name, bench, n);
    }
}
