package espalier.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What a variant may cost and must be worth.
 *
 * @param memoryBytes for weights and activations
 * @param latencyMillis for one sample, on {@code threads}
 * @param threads at which latency counts
 * @param macs multiply-adds of one sample, as a proxy of energy
 * @param accuracy the least that is wanted; the cheapest variant above it is taken
 */
public record Budget(
        OptionalLong memoryBytes,
        OptionalDouble latencyMillis,
        int threads,
        OptionalLong macs,
        OptionalDouble accuracy) {
    /** No limits. */
    public Budget() {
        this(OptionalLong.empty(), OptionalDouble.empty(), 1, OptionalLong.empty(), OptionalDouble.empty());
    }

    public Budget withMemoryBytes(long most) {
        return new Budget(OptionalLong.of(most), latencyMillis, threads, macs, accuracy);
    }

    public Budget withLatencyMillis(double most) {
        return new Budget(memoryBytes, OptionalDouble.of(most), threads, macs, accuracy);
    }

    public Budget withThreads(int count) {
        return new Budget(memoryBytes, latencyMillis, count, macs, accuracy);
    }

    public Budget withMacs(long most) {
        return new Budget(memoryBytes, latencyMillis, threads, OptionalLong.of(most), accuracy);
    }

    public Budget withAccuracy(double least) {
        return new Budget(memoryBytes, latencyMillis, threads, macs, OptionalDouble.of(least));
    }

    boolean isMetBy(Variant v) {
        return excess(v) == 0;
    }

    /** 0 where all is met, else the sum over what is not of ln(value / limit). */
    double excess(Variant v) {
        double sum = 0;
        if (memoryBytes.isPresent()) {
            sum += over(v.memoryBytes(), memoryBytes.getAsLong());
        }
        if (latencyMillis.isPresent()) {
            sum += over(v.latency(threads), latencyMillis.getAsDouble());
        }
        if (macs.isPresent()) {
            sum += over(v.macs(), macs.getAsLong());
        }
        if (accuracy.isPresent()) {
            sum += over(1 - v.accuracy().orElse(0), 1 - accuracy.getAsDouble());
        }
        return sum;
    }

    private static double over(double value, double limit) {
        return value <= limit ? 0 : Math.log(Math.max(value, 1e-9) / Math.max(limit, 1e-9)) + 1e-12;
    }

    /** The limits in words. */
    String text() {
        List<String> parts = new ArrayList<>();
        memoryBytes.ifPresent(m -> parts.add("memory <= " + m + " bytes"));
        latencyMillis.ifPresent(l -> parts.add(format("latency <= %.3g ms", l)));
        macs.ifPresent(m -> parts.add("MACs <= " + m));
        accuracy.ifPresent(a -> parts.add(format("accuracy >= %.2f %%", 100 * a)));
        return String.join(" and ", parts);
    }

    /** What a variant has where there are limits. */
    String text(Variant v) {
        List<String> parts = new ArrayList<>();
        memoryBytes.ifPresent(m -> parts.add(v.memoryBytes() + " bytes"));
        latencyMillis.ifPresent(l -> parts.add(format("%.3g ms", v.latency(threads))));
        macs.ifPresent(m -> parts.add(v.macs() + " MACs"));
        accuracy.ifPresent(a -> parts.add(format("%.2f %%", 100 * v.accuracy().orElse(0))));
        return String.join(", ", parts);
    }

    private static String format(String template, double value) {
        return String.format(Locale.ROOT, template, value);
    }
}
