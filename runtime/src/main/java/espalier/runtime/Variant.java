package espalier.runtime;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One model of a family.
 *
 * @param name unique in the family
 * @param file its ONNX file
 * @param macs multiply-adds of one sample: the proxy of its energy
 * @param peakBytes most bytes of activations alive at once, for one sample
 * @param accuracy top-1 share, 0..1; empty where there were no labels
 * @param latencyMillis median time of one sample by number of threads
 * @param dominatedBy the name of a variant that is at least as good in every respect and better in one
 */
public record Variant(
        String name,
        Artifact file,
        long macs,
        long peakBytes,
        OptionalDouble accuracy,
        Map<Integer, Double> latencyMillis,
        Optional<String> dominatedBy) {
    public Variant {
        latencyMillis = java.util.Collections.unmodifiableMap(new java.util.TreeMap<>(latencyMillis));
    }

    /** Weights and activations: what it needs while it runs. */
    public long memoryBytes() {
        return file.bytes() + peakBytes;
    }

    /** On so many threads, or on the nearest number that was measured, the smaller of two. */
    public double latency(int threads) {
        return latencyMillis.entrySet().stream()
                .min(java.util.Comparator.comparingInt(e -> Math.abs(e.getKey() - threads)))
                .map(Map.Entry::getValue)
                .orElse(0.0);
    }

    /** Worth more: accuracy, or work where no accuracy is known. */
    double worth() {
        return accuracy.orElse(0) + macs * 1e-24;
    }

    boolean dominates(Variant other) {
        boolean noWorse = accuracy.orElse(0) >= other.accuracy.orElse(0)
                && memoryBytes() <= other.memoryBytes()
                && macs <= other.macs
                && other.latencyMillis.keySet().stream().allMatch(t -> latency(t) <= other.latency(t));
        boolean better = accuracy.orElse(0) > other.accuracy.orElse(0)
                || memoryBytes() < other.memoryBytes()
                || macs < other.macs
                || other.latencyMillis.keySet().stream().anyMatch(t -> latency(t) < other.latency(t));
        return noWorse && better;
    }

    Variant dominatedBy(Optional<String> another) {
        return new Variant(name, file, macs, peakBytes, accuracy, latencyMillis, another);
    }
}
