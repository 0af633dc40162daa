package espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import espalier.recipe.StepKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The launcher in a folder of its own, with a Java and a Maven that only write down how they were called. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
    @TempDir
    Path folder;

    private final Map<String, String> environment = new HashMap<>();
    private Path home;
    private Path tools;

    @BeforeEach
    void lay_out() throws IOException {
        home = Files.createDirectories(folder.resolve("a house"));
        tools = Files.createDirectories(folder.resolve("tools"));
        Files.copy(Path.of("..", "espalier"), home.resolve("espalier"));
        executable(home.resolve("espalier"));
        for (String module : List.of("graph", "data", "runtime", "torch", "compress", "cli")) {
            Files.createDirectories(home.resolve(module).resolve("src/main"));
            write(home.resolve(module).resolve("pom.xml"), "");
        }
        write(home.resolve("pom.xml"), "");
        java("17.0.1");
        maven("3.8.7");
    }

    private void java(String version) throws IOException {
        tool("java", """
                if [ "$1" = -version ]; then echo 'openjdk version "%s"' >&2; exit; fi
                echo "$@"
                exit 7""".formatted(version));
    }

    private void maven(String version) throws IOException {
        tool("mvn", """
                if [ "$1" = --version ]; then echo 'Apache Maven %s (x)'; exit; fi
                echo built >> builds
                mkdir -p cli/target && touch cli/target/espalier-cli-1.jar
                echo "/repo/org/bytedeco/torch.jar:/repo/picocli.jar" > cli/target/classpath.txt""".formatted(version));
    }

    private void tool(String name, String script) throws IOException {
        write(tools.resolve(name), "#!/bin/sh\n" + script + "\n");
        executable(tools.resolve(name));
    }

    private static void write(Path file, String text) throws IOException {
        Files.writeString(file, text);
    }

    private static void executable(Path file) {
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private Process start(String launcher, String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(launcher));
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().keySet().removeIf(v -> v.equals("JAVA_HOME") || v.startsWith("ESPALIER_"));
        builder.environment().put("PATH", tools + ":/usr/bin:/bin");
        builder.environment().putAll(environment);
        return builder.start();
    }

    private CommandRun call(String launcher, String... args) throws Exception {
        Process p = start(launcher, args);
        String out = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String err = new String(p.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        return new CommandRun(p.waitFor(), out, err);
    }

    private CommandRun run(String... args) throws Exception {
        return call(home.resolve("espalier").toString(), args);
    }

    private List<String> builds() throws IOException {
        return Files.readAllLines(home.resolve("builds"));
    }

    @Test
    void builds_on_first_use_then_only_starts_java() throws Exception {
        CommandRun first = run("inspect", "a b");
        assertThat(first.err()).startsWith("espalier: building (first use), about a minute");
        CommandRun second = run("inspect", "a b");
        assertThat(second.err()).isEmpty();
        assertThat(second.code()).isEqualTo(7);
        assertThat(second.out()).endsWith("espalier.cli.Main inspect a b\n").contains("/picocli.jar");
        assertThat(builds()).hasSize(1);
    }

    @Test
    void leaves_libtorch_out_unless_the_command_trains() throws Exception {
        assertThat(run("inspect").out()).doesNotContain("torch.jar").contains("-XX:TieredStopAtLevel=1");
        assertThat(run("train").out())
                .contains("/picocli.jar:/repo/org/bytedeco/torch.jar")
                .doesNotContain("Tiered");
    }

    @Test
    void gives_libtorch_to_every_command_that_may_train() throws Exception {
        List<String> trains = new ArrayList<>();
        for (Commands.Entry command : Commands.ALL) {
            if (run(command.name()).out().contains("torch.jar")) {
                trains.add(command.name());
            }
        }
        List<String> steps = StepKind.ALL.stream()
                .filter(kind -> !kind.key().equals("width"))
                .<String>map(StepKind::key)
                .toList();
        assertThat(trains).containsAll(steps).contains("sensitivity", "family", "compress", "quickstart", "doctor");
        assertThat(trains).doesNotContain("inspect", "eval", "bench", "compare", "width", "pack", "methods");
    }

    @Test
    void builds_again_when_a_source_is_newer() throws Exception {
        run("inspect");
        Path source = home.resolve("graph/src/main/Graph.java");
        write(source, "");
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(5)));
        assertThat(run("inspect").err()).startsWith("espalier: building (sources have changed)");
        assertThat(builds()).hasSize(2);
    }

    @Test
    void prepares_for_another_java_without_building_again() throws Exception {
        assertThat(run("--help").out()).doesNotContain("--enable-native-access");
        Path other = Files.createDirectories(folder.resolve("jdk/bin")).resolve("java");
        java("25.0.1");
        Files.copy(tools.resolve("java"), other);
        executable(other);
        environment.put("JAVA_HOME", folder.resolve("jdk").toString());
        assertThat(run("--help").out()).contains("--enable-native-access=ALL-UNNAMED");
        assertThat(builds()).hasSize(1);
    }

    @Test
    void works_through_links_from_any_folder() throws Exception {
        Path link = folder.resolve("link");
        Files.createSymbolicLink(link, Path.of("a house", "espalier"));
        Files.createSymbolicLink(folder.resolve("second"), Path.of("link"));
        assertThat(call("./second", "--help").code()).isEqualTo(7);
        assertThat(builds()).hasSize(1);
    }

    @Test
    void builds_once_when_started_twice_at_once() throws Exception {
        Process a = start(home.resolve("espalier").toString(), "--help");
        Process b = start(home.resolve("espalier").toString(), "--help");
        assertThat(a.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(b.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(List.of(a.exitValue(), b.exitValue())).containsExactly(7, 7);
        assertThat(builds()).hasSize(1);
        assertThat(home.resolve(".espalier/lock")).doesNotExist();
    }

    @Test
    void takes_over_the_lock_of_a_builder_that_is_gone() throws Exception {
        Path lock = Files.createDirectories(home.resolve(".espalier/lock"));
        write(lock.resolve("owner"), "999999999\n");
        assertThat(run("--help").code()).isEqualTo(7);
    }

    @Test
    void says_what_is_missing_or_too_old() throws Exception {
        java("11.0.2");
        CommandRun oldJava = run("--help");
        assertThat(oldJava.code()).isEqualTo(69);
        assertThat(oldJava.err())
                .isEqualTo("espalier: " + tools.resolve("java")
                        + " is version 11: install a JDK 17 or newer, or point JAVA_HOME to one\n");
        java("1.8.0_292");
        assertThat(run("--help").err()).contains(" is version 8: ");
        java("25-ea");
        maven("3.6.3");
        assertThat(run("--help").err()).isEqualTo("espalier: Maven 3.6.3 is too old: install 3.8 or newer\n");
    }

    @Test
    void fails_when_the_build_does_and_tries_again_next_time() throws Exception {
        tool("mvn", "[ \"$1\" = --version ] && { echo 'Apache Maven 3.9.1'; exit; }; echo no network; exit 1");
        CommandRun failed = run("--help");
        assertThat(failed.code()).isEqualTo(69);
        assertThat(failed.err()).contains("no network").endsWith("espalier: the build failed: see above\n");
        maven("3.9.1");
        assertThat(run("--help").code()).isEqualTo(7);
    }
}
