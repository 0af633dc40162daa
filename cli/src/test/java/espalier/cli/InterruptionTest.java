package espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A process of its own that is asked to end. */
@DisabledOnOs(OS.WINDOWS)
class InterruptionTest {
    @TempDir
    Path folder;

    @Test
    void a_run_that_is_asked_to_end_says_how_to_go_on_and_ends_with_a_code_of_its_own() throws Exception {
        String rows = IntStream.range(0, 400)
                .mapToObj(i -> (i % 7) + "," + (i % 5) + "," + (i % 2 == 0 ? "even" : "odd"))
                .collect(Collectors.joining("\n", "a,b,class\n", "\n"));
        Path data = Files.writeString(folder.resolve("points.csv"), rows);
        Path said = folder.resolve("said");
        Process p = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "train",
                        "zoo:mlp-8",
                        "--data",
                        data.toString(),
                        "--epochs",
                        "1000000",
                        "--output",
                        folder.resolve("run").toString()))
                .redirectError(said.toFile())
                .start();
        while (p.isAlive() && !Files.readString(said).contains("step 1 of 1: train")) {
            Thread.sleep(50);
        }
        p.destroy();
        assertThat(p.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(said)).endsWith(": run the same command again to go on\n");
        assertThat(p.exitValue()).isEqualTo(ExitCode.STOPPED);
    }
}
