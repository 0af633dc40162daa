package espalier.runtime;

import espalier.graph.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * How long a model takes for one call, in milliseconds.
 *
 * @param runs how many calls were timed
 * @param min the fastest
 * @param p50 the median
 * @param p90 nine in ten calls were at least as fast
 * @param p99 99 in 100 calls were at least as fast
 */
public record Latency(int runs, double min, double p50, double p90, double p99) {

    /** Times one model alone; to compare several, see {@link LatencyComparison}. */
    public static Latency measure(OrtSession session, Map<String, Tensor> inputs, Sampling sampling) {
        var one = new LatencyComparison.Candidate(session, inputs);
        return LatencyComparison.measure(List.of(one), sampling).latencies().get(0);
    }

    /** Percentiles by nearest rank of times in nanoseconds, at least one. */
    static Latency of(long[] nanos) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return new Latency(
                sorted.length, sorted[0] / 1e6, percentile(sorted, 50), percentile(sorted, 90), percentile(sorted, 99));
    }

    private static double percentile(long[] sorted, int percent) {
        int rank = (int) Math.ceil(percent / 100.0 * sorted.length);
        return sorted[rank - 1] / 1e6;
    }
}
