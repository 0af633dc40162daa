package espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MainTest {
    static Stream<String> commands() {
        return Commands.ALL.stream().map(Commands.Entry::name);
    }

    @Test
    void help_lists_every_command_with_its_summary() {
        CommandRun help = CommandRun.of("--help");
        assertThat(help.code()).isZero();
        assertThat(help.err()).isEmpty();
        for (Commands.Entry c : Commands.ALL) {
            assertThat(help.out()).containsPattern("(?m)^  " + c.name() + " +" + c.summary());
        }
    }

    @ParameterizedTest
    @MethodSource("commands")
    void every_command_has_help_with_an_example(String command) {
        CommandRun help = CommandRun.of(command, "--help");
        assertThat(help.code()).isZero();
        assertThat(help.out()).contains("Usage: espalier " + command, "Example");
        assertThat(help.out().lines().filter(l -> l.startsWith("  ") && l.contains("espalier " + command)))
                .isNotEmpty();
    }

    @Test
    void help_shows_defaults_with_the_settings_a_step_gives_them() {
        assertThat(CommandRun.of("prune", "--help").out().replaceAll("\\s+", " "))
                .contains("how gradients change weights (default: {sgd: {learning-rate: 0.02}})")
                .contains("(default: l1)");
        assertThat(CommandRun.of("train", "--help").out()).contains("(default: sgd)");
    }

    @Test
    void prints_the_version_of_the_build() {
        assertThat(CommandRun.of("--version").out()).matches("espalier \\d+\\.\\d+\\.\\d+.*\\R");
    }

    @Test
    void completion_script_knows_commands_and_their_options() {
        assertThat(CommandRun.of("completion").out()).startsWith("#!").contains("doctor", "--load");
    }

    @Test
    void stack_traces_come_with_debug_only() {
        assertThat(CommandRun.of("doctor", "--jsn").err().lines()).hasSize(1);
        assertThat(CommandRun.of("--debug", "doctor", "--jsn").err()).contains("\tat ");
    }
}
