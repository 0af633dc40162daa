package espalier.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {
    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void an_old_file() throws IOException {
        file = Files.writeString(folder.resolve("a.txt"), "old");
    }

    @Test
    void a_link_is_written_through() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link.txt"), file);
        WholeFile.write("new", link);
        assertThat(link).isSymbolicLink();
        assertThat(file).hasContent("new");
    }

    @Test
    void content_that_breaks_off_leaves_the_old_file_and_nothing_beside_it() throws IOException {
        assertThatThrownBy(() -> WholeFile.write(file, channel -> {
                    WholeFile.writeAll(ByteBuffer.wrap(new byte[] {'h', 'a', 'l', 'f'}), channel);
                    assertThat(folder.resolve("a.txt.part")).hasContent("half");
                    throw new IOException("No space left on device");
                }))
                .isInstanceOf(IOException.class);
        assertThat(file).hasContent("old");
        assertThat(folder.resolve("a.txt.part")).doesNotExist();
    }

    @Test
    void a_folder_of_that_name_is_no_place_for_a_file() throws IOException {
        Path taken = Files.createDirectories(folder.resolve("taken/full")).getParent();
        assertThatThrownBy(() -> WholeFile.write("new", taken)).isInstanceOf(IOException.class);
        assertThat(folder.resolve("taken.part")).doesNotExist();
        assertThat(taken.resolve("full")).isDirectory();
    }
}
