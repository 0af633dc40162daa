package espalier.dynamic;

import espalier.exit.ExitRule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Chooses thresholds. With a few exits every combination from a grid is tried: quantiles of the measures at each exit, so many that
 * there are some ten thousand combinations, and never and always besides. With more exits a grid of that size would be too coarse:
 * beginning at never, one threshold after the other takes the best of its quantiles, until none is better than the one that it has;
 * best is what costs least, where errors have prices from high to low.
 */
final class ThresholdSearch {
    private static final double COMBINATIONS = 10_000;
    private static final int GRID = 3;
    private static final int QUANTILES = 64;

    /** Of an error that is made on every sample, in multiply-adds of the whole network. */
    private static final double[] PRICES = {1e6, 1000, 300, 100, 30, 10, 3, 1, 0.3, 0.1, 0};

    private static final Comparator<OperatingPoint> CHEAP =
            Comparator.comparingDouble(OperatingPoint::macs).thenComparing(p -> -p.accuracy());
    private static final Comparator<OperatingPoint> ACCURATE =
            Comparator.<OperatingPoint>comparingDouble(p -> -p.accuracy()).thenComparing(OperatingPoint::macs);

    private final Calibration held;
    private final ExitRule rule;
    private final double[][] candidates;
    private List<OperatingPoint> points = new ArrayList<>();

    private ThresholdSearch(Calibration held, int each) {
        this.held = held;
        this.rule = held.rule();
        this.candidates = IntStream.range(0, held.early())
                .mapToObj(k -> candidates(held.measures()[k], each))
                .toArray(double[][]::new);
    }

    /** @param held samples to choose on */
    static ThresholdSearch of(Calibration held) {
        int early = held.early();
        boolean isGrid = early <= GRID || held.rule().isThresholdShared();
        int each = isGrid ? (int) Math.pow(COMBINATIONS, 1.0 / Math.max(1, early)) : QUANTILES + 2;
        ThresholdSearch search = new ThresholdSearch(held, Math.max(3, each));
        if (held.rule().isThresholdShared()) {
            search.share();
        } else if (isGrid) {
            search.combine(new double[early], 0);
        } else {
            search.descend();
        }
        return search;
    }

    private void share() {
        for (int agreeing = 0; agreeing < held.early(); agreeing++) {
            points.add(held.at(Collections.nCopies(held.early(), (double) agreeing)));
        }
        points.add(never());
    }

    /** What all thresholds at never lead to: every sample takes the last exit. */
    OperatingPoint never() {
        return held.at(Collections.nCopies(held.early(), rule.never()));
    }

    private double[] candidates(double[] measured, int count) {
        double[] sorted = Arrays.stream(measured)
                .filter(Double::isFinite)
                .sorted()
                .distinct()
                .toArray();
        int quantiles = Math.min(count, sorted.length + 2) - 2;
        double[] out = new double[quantiles + 2];
        for (int i = 0; i < quantiles; i++) {
            out[i] = sorted[(int) ((long) i * (sorted.length - 1) / Math.max(1, quantiles - 1))];
        }
        out[quantiles] = rule.never();
        out[quantiles + 1] = rule.always();
        return out;
    }

    private void combine(double[] chosen, int exit) {
        if (exit == chosen.length) {
            points.add(held.at(chosen));
            return;
        }
        for (double t : candidates[exit]) {
            chosen[exit] = t;
            combine(chosen, exit + 1);
        }
    }

    private void descend() {
        OperatingPoint at = never();
        double whole = at.macs();
        for (double price : PRICES) {
            at = descended(at, Comparator.comparingDouble(p -> p.macs() / whole - price * p.accuracy()));
            points = front();
        }
    }

    private OperatingPoint descended(OperatingPoint from, Comparator<OperatingPoint> order) {
        OperatingPoint best = from;
        OperatingPoint before;
        do {
            before = best;
            for (int exit = 0; exit < candidates.length; exit++) {
                best = swept(best, exit, order);
            }
        } while (order.compare(best, before) < 0);
        return best;
    }

    private OperatingPoint swept(OperatingPoint from, int exit, Comparator<OperatingPoint> order) {
        double[] moved = from.thresholds().stream().mapToDouble(t -> t).toArray();
        OperatingPoint best = from;
        for (double t : candidates[exit]) {
            moved[exit] = t;
            OperatingPoint p = held.at(moved);
            points.add(p);
            best = order.compare(p, best) < 0 ? p : best;
        }
        return best;
    }

    /** The least multiply-adds at an accuracy of at least the floor; where nothing reaches it, the most accurate thresholds. */
    OperatingPoint cheapest(double floor) {
        Predicate<OperatingPoint> good = p -> p.accuracy() >= floor;
        return points.stream().anyMatch(good) ? best(good, CHEAP) : mostAccurate(Double.MAX_VALUE);
    }

    /** The highest accuracy within a mean number of multiply-adds, which is at least what the first exit takes. */
    OperatingPoint mostAccurate(double budget) {
        return best(p -> p.macs() <= budget, ACCURATE);
    }

    private OperatingPoint best(Predicate<OperatingPoint> allowed, Comparator<OperatingPoint> order) {
        return points.stream().filter(allowed).min(order).orElseThrow();
    }

    /** The points that no other beats in both accuracy and multiply-adds, from cheap to dear, at most so many. */
    List<OperatingPoint> curve(int most) {
        List<OperatingPoint> best = front();
        if (best.size() <= most) {
            return best;
        }
        return IntStream.range(0, most)
                .mapToObj(i -> best.get((int) ((long) i * (best.size() - 1) / (most - 1))))
                .toList();
    }

    private List<OperatingPoint> front() {
        List<OperatingPoint> best = new ArrayList<>();
        points.stream().sorted(CHEAP).forEach(p -> {
            if (best.isEmpty() || p.accuracy() > best.get(best.size() - 1).accuracy()) {
                best.add(p);
            }
        });
        return best;
    }
}
