package espalier.runtime;

import espalier.graph.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * The latencies of several models, measured in turn (A B C, A B C, ...) in short blocks, so that a machine whose speed drifts slows
 * all of them alike and the ratios hold.
 */
public final class LatencyComparison {
    /** Long enough that the caches are warm for nearly all calls of a block, short against the drift of a machine. */
    private static final long BLOCK_NANOS = 20_000_000;

    private final List<Latency> latencies;
    private final List<double[]> blockMedians;

    private LatencyComparison(List<Latency> latencies, List<double[]> blockMedians) {
        this.latencies = latencies;
        this.blockMedians = blockMedians;
    }

    /**
     * A model and what it is fed.
     *
     * @param inputs by name; how many rows they have is the batch
     */
    public record Candidate(OrtSession session, Map<String, Tensor> inputs) {}

    /** Runs the candidates in turn until each has used its share of time. */
    public static LatencyComparison measure(List<Candidate> candidates, Sampling sampling) {
        List<Series> series = new ArrayList<>();
        try {
            candidates.forEach(c -> series.add(new Series(c)));
            series.forEach(s -> s.warmUp(sampling.warmUp()));
            while (!series.stream().allMatch(s -> s.isEnough(sampling))) {
                series.forEach(s -> s.block(sampling.mostRuns()));
            }
            return new LatencyComparison(
                    series.stream().map(Series::latency).toList(),
                    series.stream().map(Series::medians).toList());
        } finally {
            series.forEach(Series::close);
        }
    }

    /** One latency for each candidate, in their order. */
    public List<Latency> latencies() {
        return latencies;
    }

    /** How many times faster candidate {@code b} is than {@code a}: the median over pairs of neighbouring blocks. */
    public double speedup(int a, int b) {
        double[] of = blockMedians.get(a);
        double[] over = blockMedians.get(b);
        double[] ratios = new double[Math.min(of.length, over.length)];
        Arrays.setAll(ratios, i -> of[i] / over[i]);
        Arrays.sort(ratios);
        return ratios[ratios.length / 2];
    }

    private static final class Series implements AutoCloseable {
        private final BoundInputs inputs;
        private final LongStream.Builder nanos = LongStream.builder();
        private final List<Double> medians = new ArrayList<>();
        private int runs;
        private long total;

        Series(Candidate candidate) {
            inputs = candidate.session().bind(candidate.inputs());
        }

        void warmUp(int times) {
            for (int i = 0; i < times; i++) {
                inputs.runOnly();
            }
        }

        /** The first run of a block finds another model's data in the caches and is not counted. */
        void block(int mostRuns) {
            inputs.runOnly();
            LongStream.Builder block = LongStream.builder();
            long start = System.nanoTime();
            long end = start;
            do {
                inputs.runOnly();
                long now = System.nanoTime();
                block.add(now - end);
                nanos.add(now - end);
                end = now;
                runs++;
            } while (end - start < BLOCK_NANOS && runs < mostRuns);
            total += end - start;
            medians.add(Latency.of(block.build().toArray()).p50());
        }

        boolean isEnough(Sampling s) {
            return runs >= s.mostRuns()
                    || runs >= s.leastRuns() && total >= s.budget().toNanos();
        }

        Latency latency() {
            return Latency.of(nanos.build().toArray());
        }

        double[] medians() {
            return medians.stream().mapToDouble(Double::doubleValue).toArray();
        }

        @Override
        public void close() {
            inputs.close();
        }
    }
}
