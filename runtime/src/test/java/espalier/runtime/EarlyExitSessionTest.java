package espalier.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import espalier.exit.Entropy;
import espalier.exit.ExitPoints;
import espalier.graph.DType;
import espalier.graph.Model;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.onnx.OnnxText;
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

    /** z is read by the last stage alone: -relu(x) leaves early, relu(x) + z does not. */
    @Test
    void inputs_that_a_later_stage_alone_reads_are_asked_for() throws IOException {
        Model model = OnnxText.parse("""
                <ir_version: 8, opset_import: ["" : 17]>
                g (float[N,2] x, float[N,2] z) => (float[N,2] y, float[N,2] early) {
                  a = Relu(x)
                  early = Neg(a)
                  y = Add(a, z)
                }
                """);
        Model both = new ExitPoints(List.of("a"), List.of("early"), new Entropy(), List.of(-1.0)).into(model);
        Path two = ExitManifest.write(both, ExitStages.of(both), folder.resolve("two"));
        try (EarlyExitSession session = EarlyExitSession.open(two)) {
            assertThat(session.inputs()).containsExactly("x", "z");
            Tensor x = Tensor.floats(Shape.of(1, 2), 1, 2);
            ExitAnswer answer = session.run(Map.of("x", x, "z", Tensor.floats(Shape.of(1, 2), 10, 20)));
            assertThat(answer.scores().toFloats()).containsExactly(11, 22);
            assertThatThrownBy(() -> session.run(Map.of("x", x)))
                    .hasMessage(two + ": needs input 'z', which was not given");
        }
    }

    @Test
    void inputs_that_do_not_fit_are_one_line() throws IOException {
        Tensor x = Tensor.floats(Shape.of(1, 4), 1, 2, 3, 4);
        try (EarlyExitSession session = EarlyExitSession.open(manifest)) {
            assertThatThrownBy(() -> session.run(Map.of()))
                    .hasMessage(manifest + ": needs input 'x', which was not given");
            assertThatThrownBy(() -> session.run(Map.of("x", x, "other", x)))
                    .hasMessage(manifest + ": has no input 'other'; its inputs are [x]");
            assertThatThrownBy(() -> session.run(Map.of("x", Tensor.floats(Shape.of(), 1))))
                    .hasMessage(manifest + ": input 'x' is []: every input needs a row for each sample");
            assertThatThrownBy(() -> session.run(Map.of("x", Tensor.zeros(DType.UINT64, Shape.of(1, 4)))))
                    .hasMessage(
                            "input 'x' is uint64, which ONNX Runtime does not take from Java: give the model another"
                                    + " input type");
        }
    }

    @Test
    void a_time_may_be_longer_than_a_long_counts() throws IOException {
        Duration forever = Duration.ofSeconds(Long.MAX_VALUE);
        try (EarlyExitSession session = EarlyExitSession.open(manifest)) {
            ExitPolicy never = session.manifest().policy().never();
            assertThat(session.run(INPUT, never, forever).exits()).containsExactly(1);
            assertThat(session.run(INPUT, never, forever.negated()).exits()).containsExactly(0);
        }
    }

    @Test
    void a_policy_for_another_number_of_exits_is_refused() throws IOException {
        try (EarlyExitSession session = EarlyExitSession.open(manifest)) {
            for (List<Double> thresholds : List.of(List.<Double>of(), List.of(0.5, 0.5))) {
                assertThatThrownBy(() -> session.run(INPUT, new ExitPolicy(new Entropy(), thresholds)))
                        .hasMessage(manifest + ": " + thresholds.size()
                                + " thresholds for 1 exits before the last: give one for each");
            }
        }
    }

    @Test
    void a_batch_of_no_samples_has_no_answers() throws IOException {
        try (EarlyExitSession session = EarlyExitSession.open(manifest)) {
            ExitAnswer none = session.run(Map.of("x", Tensor.floats(Shape.of(0, 4))));
            assertThat(none.exits()).isEmpty();
            assertThat(none.classes()).isEmpty();
        }
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
