package espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class StandardOutputTest {
    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private final PrintStream err = new PrintStream(shown, true, StandardCharsets.UTF_8);

    private int codeWhenWritingFailsWith(String message) {
        StandardOutput output = new StandardOutput(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException(message);
            }
        });
        output.stream().println("a table");
        return output.finish(ExitCode.DONE, err);
    }

    @Test
    void a_full_disk_is_an_error() {
        assertThat(codeWhenWritingFailsWith("No space left on device")).isEqualTo(74);
        assertThat(shown.toString(StandardCharsets.UTF_8))
                .isEqualTo("espalier: standard output: the disk is full" + System.lineSeparator());
    }

    @Test
    void a_reader_that_has_seen_enough_is_none() {
        assertThat(codeWhenWritingFailsWith("Broken pipe")).isZero();
        assertThat(shown.size()).isZero();
    }

    @Test
    void what_is_written_arrives() {
        ByteArrayOutputStream to = new ByteArrayOutputStream();
        StandardOutput output = new StandardOutput(to);
        output.stream().print("a table");
        assertThat(output.finish(ExitCode.MISSED, err)).isEqualTo(1);
        assertThat(to.toString(StandardCharsets.UTF_8)).isEqualTo("a table");
    }
}
