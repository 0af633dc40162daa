package espalier.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import espalier.graph.DType;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LatencyTest {
    private static final byte[] SIN = SmallModels.oneNode("Sin", DType.FLOAT.code(), DType.FLOAT.code(), "x");

    @Test
    void takes_percentiles_by_nearest_rank() {
        long[] millis = LongStream.rangeClosed(1, 200).map(i -> i * 1_000_000).toArray();
        assertThat(Latency.of(millis)).isEqualTo(new Latency(200, 1, 100, 180, 198));
    }

    @Test
    void one_run_is_all_its_percentiles() {
        assertThat(Latency.of(new long[] {2_000_000})).isEqualTo(new Latency(1, 2, 2, 2, 2));
    }

    @Test
    void stops_after_the_most_runs() {
        try (OrtSession s = OrtSession.of(SIN, 1)) {
            Sampling few = new Sampling(1, 3, 7, Duration.ofHours(1));
            assertThat(Latency.measure(s, input(10), few).runs()).isEqualTo(7);
        }
    }

    @Test
    void tells_a_fast_model_from_a_slow_one() {
        Sampling brief = new Sampling(2, 3, 10_000, Duration.ofMillis(60));
        try (OrtSession s = OrtSession.of(SIN, 1)) {
            var small = new LatencyComparison.Candidate(s, input(1_000));
            var large = new LatencyComparison.Candidate(s, input(200_000));
            LatencyComparison c = LatencyComparison.measure(List.of(small, large), brief);
            assertThat(c.speedup(1, 0)).isGreaterThan(5);
            assertThat(c.speedup(0, 0)).isEqualTo(1);
            assertThat(c.latencies().get(0).p50())
                    .isLessThan(c.latencies().get(1).p50());
        }
    }

    private static Map<String, Tensor> input(int elements) {
        return Map.of("x", Tensor.zeros(DType.FLOAT, Shape.of(elements)));
    }
}
