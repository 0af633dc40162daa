package espalier.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxRuntimeTest {
    @Test
    void unpacks_the_libraries_of_this_machine(@TempDir Path folder) throws Exception {
        OnnxRuntime.unpack(folder.resolve("native"));
        try (var files = Files.list(folder.resolve("native"))) {
            assertThat(files).hasSize(2).allMatch(f -> f.toFile().length() > 10_000);
        }
    }

    @Test
    void tells_the_version_it_was_built_for() {
        assertThat(OnnxRuntime.version()).matches("1\\.\\d+\\.\\d+");
    }
}
