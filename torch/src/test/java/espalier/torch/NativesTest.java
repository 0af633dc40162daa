package espalier.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativesTest {
    @TempDir
    Path folder;

    /** A process of its own. */
    static final class Second {
        private Second() {}

        public static void main(String[] arguments) {
            System.out.println("starts");
            System.out.println(Threads.count() + " threads");
        }
    }

    @Test
    void a_second_process_waits_until_the_first_has_unpacked() throws Exception {
        Threads.count();
        Path lockFile = Loader.getCacheDir().toPath().resolve("espalier.lock");
        Path said = folder.resolve("said");
        Process second;
        try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            second = new ProcessBuilder(List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            Second.class.getName()))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .redirectOutput(said.toFile())
                    .start();
            while (second.isAlive() && !Files.readString(said).contains("starts")) {
                Thread.sleep(20);
            }
            assertThat(second.waitFor(2, TimeUnit.SECONDS)).isFalse();
            assertThat(said).hasContent("starts");
            assertThat(lock.isValid()).isTrue();
        }
        assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readAllLines(said)).hasSize(2).last().asString().endsWith(" threads");
    }
}
