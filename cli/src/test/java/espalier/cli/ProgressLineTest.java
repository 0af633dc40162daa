package espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
    private static final long SECOND = 1_000_000_000L;

    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private final AtomicLong clock = new AtomicLong();

    private ProgressLine line(boolean terminal) {
        PrintStream err = new PrintStream(shown, true, StandardCharsets.UTF_8);
        return new ProgressLine(new Console(err, err, terminal), clock::get);
    }

    private String shown() {
        return shown.toString(StandardCharsets.UTF_8);
    }

    @Test
    void prints_a_plain_line_every_ten_seconds_and_at_the_end() {
        try (ProgressLine p = line(false)) {
            for (int i = 1; i <= 25; i++) {
                clock.addAndGet(SECOND);
                p.update("train", i, 25, "loss 0.5");
            }
        }
        assertThat(shown().lines())
                .containsExactly(
                        "train: 11/25, 13 s left, loss 0.5",
                        "train: 21/25, 4 s left, loss 0.5",
                        "train: 25/25, in 24 s, loss 0.5");
    }

    @Test
    void draws_a_bar_over_itself_on_a_terminal() {
        try (ProgressLine p = line(true)) {
            p.update("train", 0, 100, "");
            clock.addAndGet(SECOND);
            p.update("train", 50, 100, "");
            p.update("train", 51, 100, "too soon to be drawn");
        }
        assertThat(shown().strip().split("\r"))
                .extracting(String::strip)
                .containsExactly(
                        "train [........................] 0/100", "train [############............] 50/100, 1 s left");
        assertThat(shown()).endsWith(System.lineSeparator());
    }

    @Test
    void clears_the_bar_before_a_line() {
        try (ProgressLine p = line(true)) {
            p.update("train", 1, 2, "");
            p.line("checkpoint saved");
        }
        assertThat(shown()).endsWith("\r" + " ".repeat(79) + "\rcheckpoint saved" + System.lineSeparator());
    }

    @Test
    void starts_the_clock_again_for_another_task() {
        try (ProgressLine p = line(false)) {
            p.update("train", 1, 2, "");
            clock.addAndGet(100 * SECOND);
            p.update("cut", 0, 2, "");
            clock.addAndGet(10 * SECOND);
            p.update("cut", 1, 2, "");
        }
        assertThat(shown().lines()).containsExactly("cut: 1/2, 10 s left");
    }
}
