package espalier.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CsvTest {
    @TempDir
    Path folder;

    private DataSet read(String text, Reading how) throws IOException {
        return Data.open(Files.writeString(folder.resolve("t.csv"), text).toString(), how)
                .train();
    }

    private static float[] row(DataSet data, int sample) {
        float[] x = new float[data.inputs().get(0).elements()];
        data.fill(sample, 0, x, 0);
        return x;
    }

    @Test
    void the_last_column_is_the_class_and_names_are_sorted() throws IOException {
        DataSet data = read("5.1,3.5,setosa\r\n7,-3e1,virginica\r\n\r\n4.9,3,setosa", new Reading());
        assertThat(data.size()).isEqualTo(3);
        assertThat(row(data, 1)).containsExactly(7, -30);
        assertThat(data.classNames()).containsExactly("setosa", "virginica");
        assertThat(data.label(1)).isEqualTo(1);
        assertThat(data.inputs()).containsExactly(InputSpec.floats(2));
    }

    @Test
    void a_header_names_the_column_of_the_class() throws IOException {
        DataSet data = read("\uFEFFkind;\"a;b\";c\n2;0.5;1\n0;1.5;2\n", new Reading().withLabelColumn("kind"));
        assertThat(row(data, 0)).containsExactly(0.5f, 1);
        // the number 1 does not occur, but 2 stays 2
        assertThat(data.classNames()).containsExactly("0", "1", "2");
        assertThat(data.label(0)).isEqualTo(2);
    }

    @Test
    void whole_numbers_are_ordered_as_numbers() throws IOException {
        DataSet data = read("1\t10\n1\t9\n", new Reading());
        assertThat(data.classes()).isEqualTo(11);
        assertThat(data.label(0)).isEqualTo(10);
    }

    @Test
    void a_table_may_have_no_classes() throws IOException {
        DataSet data = read("a,b\n1,2\n", new Reading().withLabelColumn("none"));
        assertThat(row(data, 0)).containsExactly(1, 2);
        assertThat(data.labelled()).isFalse();
    }

    @Test
    void parts_share_their_classes() throws IOException {
        Files.writeString(folder.resolve("train.csv"), "1,b\n2,c\n");
        Files.writeString(folder.resolve("test.csv"), "3,a\n");
        DataSource source = Data.open(folder.toString(), new Reading());
        assertThat(source.train().label(0)).isEqualTo(1);
        assertThat(source.forMeasuring().classNames()).containsExactly("a", "b", "c");
    }

    @Test
    void a_header_of_numbers_has_the_only_label_that_is_a_word() throws IOException {
        DataSet data = read("0,1,label\n0.5,7,2\n1.5,8,0\n", new Reading());
        assertThat(data.size()).isEqualTo(2);
        assertThat(row(data, 0)).containsExactly(0.5f, 7);
        assertThat(data.classNames()).containsExactly("0", "1", "2");
        assertThat(data.label(0)).isEqualTo(2);
        assertThat(read("0,1,cat\n0.5,7,2\n1.5,8,dog\n", new Reading()).size()).isEqualTo(3);
    }

    @Test
    void names_and_numbers_together_are_ordered_as_text() throws IOException {
        DataSet data = read("1,9\n1,10\n1,9a\n1,1b\n", new Reading());
        assertThat(data.classNames()).containsExactly("10", "1b", "9", "9a");
        assertThat(data.label(0)).isEqualTo(2);
        assertThat(data.label(3)).isEqualTo(1);
    }

    @Test
    void a_header_may_begin_as_archives_do() throws IOException {
        assertThat(read("PK,kind\n1,a\n", new Reading()).size()).isEqualTo(1);
    }

    @Test
    void packed_files_are_unpacked() throws IOException {
        Path file = folder.resolve("t.csv.gz");
        try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write("1,2,a\n3,4,b\n".getBytes(StandardCharsets.US_ASCII));
        }
        DataSet data = Data.open(file.toString(), new Reading()).train();
        assertThat(row(data, 1)).containsExactly(3, 4);
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 4));
        assertThatThrownBy(() -> Data.open(file.toString(), new Reading()))
                .hasMessage(file + ": truncated or damaged packed file: get it again");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "x,y,c;1,2,a;1,oops,a    | line 3, column 'y': 'oops' is no finite number: clean the data",
                "1,2,a;1,NaN,a           | line 2, column 2: 'NaN' is no finite number: clean the data",
                "nan,2,a                 | line 1, column 1: 'nan' is no finite number: clean the data",
                "1,,a                    | line 1, column 2: '' is no finite number: clean the data",
                "1,2,a;1,1e99,a          | line 2, column 2: '1e99' is no finite number: clean the data",
                "1,2,a;1,2               | line 2: 2 columns, but 3 in the first line: give as many in each",
                "1,2,a;1,2,              | line 2: no label: fill it in",
                "1,2,0;1,2,-1            | line 2: label '-1': give a name or a whole number from 0 to 99999",
                "1,2,0;1,2,0.5           | line 2: label '0.5': give a name or a whole number from 0 to 99999",
                "`1,\"2,a`               | line 1: a quote that does not end: close it",
                "x,y,c                   | holds no samples: give a data set with some",
                "5                       | no column with features: give numbers beside the label",
            })
    void refuses_with_the_place(String lines, String message) {
        assertThatThrownBy(() -> read(lines.replace(';', '\n'), new Reading()))
                .hasMessage(folder.resolve("t.csv") + ": " + message);
    }

    @Test
    void refuses_a_column_that_is_not_there() {
        assertThatThrownBy(() -> read("width,kind\n1,a\n", new Reading().withLabelColumn("kid")))
                .hasMessage(folder.resolve("t.csv") + ": no column 'kid', did you mean 'kind'?");
    }

    @Test
    void refuses_parts_of_different_columns() throws IOException {
        Path train = Files.writeString(folder.resolve("train.csv"), "1,2,b\n");
        Path test = Files.writeString(folder.resolve("test.csv"), "3,a\n");
        assertThatThrownBy(() -> Data.open(folder.toString(), new Reading()))
                .hasMessage(test + ": 1 features, but 2 in " + train + ": give files of equal columns");
    }

    @Test
    void refuses_parts_of_different_headers() throws IOException {
        Path train = Files.writeString(folder.resolve("train.csv"), "a,b,kind\n1,2,x\n");
        Path test = Files.writeString(folder.resolve("test.csv"), "b,a,kind\n1,2,x\n");
        assertThatThrownBy(() -> Data.open(folder.toString(), new Reading()))
                .hasMessage(test + ": column 1 is 'b', but 'a' in " + train + ": give files of equal columns");
    }

    @Test
    void refuses_bytes_that_are_no_text() throws IOException {
        byte[] latin = "1,\u00e4\n".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        Path file = Files.write(folder.resolve("latin.csv"), latin);
        assertThatThrownBy(() -> Data.open(file.toString(), new Reading()))
                .hasMessage(file + ": not text in UTF-8: give a CSV file");
    }
}
