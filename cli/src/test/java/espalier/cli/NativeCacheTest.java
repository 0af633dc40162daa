package espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeCacheTest {
    @TempDir
    Path folder;

    private NativeCache cache;
    private Path library;

    @BeforeEach
    void unpack_a_library() throws Exception {
        Path jar = folder.resolve("torch.jar");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
            zip.putNextEntry(new ZipEntry("org/libtorch.so"));
            zip.write(new byte[1000]);
        }
        library = folder.resolve("cache/torch.jar/org/libtorch.so");
        Files.createDirectories(library.getParent());
        Files.write(library, new byte[1000]);
        Files.write(library.resolveSibling("of-ours.txt"), new byte[5]);
        cache = new NativeCache(folder.resolve("cache"), "classes:" + jar + ":" + folder.resolve("other.jar"));
    }

    @Test
    void counts_what_is_unpacked() throws Exception {
        assertThat(cache.damaged()).isEmpty();
        assertThat(cache.bytes()).isEqualTo(1005);
    }

    @Test
    void finds_a_library_that_was_cut_short() throws Exception {
        Files.write(library, new byte[999]);
        assertThat(cache.damaged()).containsExactly(library);
    }

    @Test
    void may_not_exist_yet() throws Exception {
        NativeCache none = new NativeCache(folder.resolve("none"), "");
        assertThat(none.bytes()).isZero();
        assertThat(none.damaged()).isEmpty();
    }
}
