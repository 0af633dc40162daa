package espalier.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.pass.ExitStages;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two stages on a clock that the test moves: the first takes 1 ms, and the deadline is 10 ms. */
class EarlyExitSessionTest {
    private static final Map<String, Tensor> INPUT = Map.of("x", Tensor.floats(Shape.of(1, 4), 1, 2, 3, 4));
    private static final Duration DEADLINE = Duration.ofMillis(10);

    @TempDir
    private Path folder;

    private Path manifest = Path.of("");

    @BeforeEach
    void written() throws IOException {
        manifest = ExitManifest.write(ExitManifestTest.model("N"), ExitStages.of(ExitManifestTest.model("N")), folder);
    }

    private static final class Clock implements LongSupplier {
        private final Queue<Long> millis = new ArrayDeque<>();
        private long now;

        @Override
        public long getAsLong() {
            Long step = millis.poll();
            now += 1_000_000 * (step == null ? 0 : step);
            return now;
        }
    }

    /** The exit of a call in which the second stage takes that long, if it is begun. */
    private static int exit(EarlyExitSession session, Clock clock, long second) {
        clock.millis.clear();
        clock.millis.addAll(List.of(0L, 1L, second));
        return session.run(INPUT, session.manifest().policy().never(), DEADLINE).exits()[0];
    }

    @Test
    void the_first_run_of_a_stage_tells_nothing_of_later_ones() throws IOException {
        Clock clock = new Clock();
        try (EarlyExitSession session = EarlyExitSession.open(manifest, new SessionSettings(), clock)) {
            assertThat(exit(session, clock, 1_000)).isEqualTo(1);
            assertThat(exit(session, clock, 2)).isEqualTo(1);
        }
    }

    /** 100 ms fall to the 9 ms that are left after ln(100 / 9) / ln(64 / 63) = 153 calls. */
    @Test
    void a_stage_that_was_slow_once_is_tried_again() throws IOException {
        Clock clock = new Clock();
        try (EarlyExitSession session = EarlyExitSession.open(manifest, new SessionSettings(), clock)) {
            exit(session, clock, 2);
            assertThat(exit(session, clock, 100)).isEqualTo(1);
            int without = 0;
            while (without < 1_000 && exit(session, clock, 2) == 0) {
                without++;
            }
            assertThat(without).isBetween(150, 156);
            for (int i = 0; i < 50; i++) {
                assertThat(exit(session, clock, 2)).isEqualTo(1);
            }
        }
    }
}
