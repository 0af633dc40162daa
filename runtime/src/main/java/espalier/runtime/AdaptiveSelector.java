package espalier.runtime;

import espalier.graph.BadInputException;
import espalier.graph.Tensor;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Follows the machine: from request to request the most accurate variant that answers within a target. How slow the machine is right
 * now is seen from the requests themselves: a mean of observed over recorded latency, which predicts every other variant too. A
 * variant that is predicted to be late is left at once; a better one is taken when it was predicted well within the target several
 * times in a row, so that the choice does not swing. What loading a variant takes may make an answer late, but says nothing of the
 * machine. Where memory gets short, so that less is free than the activations of the current variant may take, a smaller one is taken
 * and the others are closed; one that alone is above the family's cap is never taken. A request runs on the variant that was current when it came; none is dropped. May be used from several
 * threads.
 */
public final class AdaptiveSelector {
    private static final double NEWEST = 0.25;

    private final ModelFamily family;
    private final Target target;
    private final Conditions conditions;
    /** From the most accurate on. */
    private final List<Variant> ranked;

    private Variant current;
    private double slowdown = 1;
    private int good;
    private long requests;
    private long missed;
    private long switches;
    private final Map<String, Long> served = new LinkedHashMap<>();

    /**
     * What is aimed at.
     *
     * @param latencyMillis of a request of one sample
     * @param hysteresis a better variant must be predicted faster than the target by this share
     * @param patience requests in a row for which that must hold
     */
    public record Target(double latencyMillis, double hysteresis, int patience) {
        public Target(double latencyMillis) {
            this(latencyMillis, 0.2, 10);
        }

        public Target {
            if (!(latencyMillis > 0) || !(hysteresis >= 0 && hysteresis < 1) || patience < 1) {
                throw BadInputException.of(
                        "a target of %s ms with hysteresis %s and patience %d: give a time above 0, a share below 1 and a"
                                + " count of 1 or more",
                        latencyMillis, hysteresis, patience);
            }
        }
    }

    /**
     * What a request got.
     *
     * @param outputs of the model by name
     * @param variant that answered
     * @param millis it took
     * @param isLate whether that is more than the target
     */
    public record Served(LinkedHashMap<String, Tensor> outputs, Variant variant, double millis, boolean isLate) {}

    /**
     * What happened so far.
     *
     * @param requests answered
     * @param missed of them later than the target
     * @param switches from one variant to another
     * @param byVariant requests answered by each
     */
    public record Statistics(long requests, long missed, long switches, Map<String, Long> byVariant) {
        public Statistics {
            byVariant = Map.copyOf(byVariant);
        }
    }

    /** @throws BadInputException where every variant is above the family's cap on memory */
    public AdaptiveSelector(ModelFamily family, Target target) {
        this(family, target, Conditions.ofMachine());
    }

    /** @param conditions what is seen of the machine */
    public AdaptiveSelector(ModelFamily family, Target target, Conditions conditions) {
        this.family = family;
        this.target = target;
        this.conditions = conditions;
        this.ranked = family.loadable().stream()
                .filter(v -> v.dominatedBy().isEmpty())
                .sorted(Comparator.comparingDouble(Variant::worth).reversed())
                .toList();
        this.current = within(target.latencyMillis()).orElseGet(this::fastest);
    }

    /** Answers a request of one sample. */
    public Served run(Map<String, Tensor> inputs) {
        Variant variant = chosen();
        long began = conditions.nanos();
        try (LoadedVariants.Lease lease = family.lease(variant)) {
            long ready = conditions.nanos();
            LinkedHashMap<String, Tensor> outputs = lease.session().run(inputs);
            long end = conditions.nanos();
            double millis = (end - began) / 1e6;
            count(variant, millis);
            if (!lease.isFirst()) {
                learn(variant, (end - ready) / 1e6);
            }
            return new Served(outputs, variant, millis, millis > target.latencyMillis());
        }
    }

    /** The variant that the next request will get. */
    public synchronized Variant current() {
        return current;
    }

    public synchronized Statistics statistics() {
        return new Statistics(requests, missed, switches, served);
    }

    private synchronized Variant chosen() {
        if (!fits(current)) {
            change(within(target.latencyMillis()).orElseGet(this::fastest));
        }
        long wanted = current.peakBytes() + (family.isLoaded(current) ? 0 : current.memoryBytes());
        if (wanted > conditions.freeMemory()) {
            family.closeAllBut(current);
        }
        return current;
    }

    private synchronized void count(Variant ran, double millis) {
        requests++;
        served.merge(ran.name(), 1L, Long::sum);
        missed += millis > target.latencyMillis() ? 1 : 0;
    }

    private synchronized void learn(Variant ran, double millis) {
        double ratio = millis / Math.max(1e-6, ran.latency(family.threads()));
        slowdown += NEWEST * (ratio - slowdown);
        if (predicted(current) > target.latencyMillis()) {
            good = 0;
            change(within(well()).orElseGet(this::fastest));
            return;
        }
        Optional<Variant> better = within(well()).filter(v -> v.worth() > current.worth());
        good = better.isPresent() ? good + 1 : 0;
        if (good >= target.patience()) {
            change(better.orElse(current));
        }
    }

    private double well() {
        return target.latencyMillis() * (1 - target.hysteresis());
    }

    private void change(Variant to) {
        switches += to.equals(current) ? 0 : 1;
        current = to;
        good = 0;
    }

    private double predicted(Variant v) {
        return v.latency(family.threads()) * slowdown;
    }

    /** The best variant that fits into memory and is predicted to answer in time. */
    private Optional<Variant> within(double millis) {
        return ranked.stream().filter(v -> fits(v) && predicted(v) <= millis).findFirst();
    }

    private Variant fastest() {
        Comparator<Variant> fast = Comparator.comparingDouble(this::predicted);
        return ranked.stream()
                .filter(this::fits)
                .min(fast)
                .orElseGet(() -> ranked.stream()
                        .min(Comparator.comparingLong(Variant::memoryBytes))
                        .orElseThrow());
    }

    /** Whether so much as its activations may take stays free when it alone is loaded. */
    private boolean fits(Variant v) {
        return v.memoryBytes() + v.peakBytes() - family.loadedBytes() <= conditions.freeMemory();
    }
}
