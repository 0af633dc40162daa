package espalier.dynamic;

import espalier.exit.ExitRule;
import espalier.exit.Probabilities;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Chooses thresholds on samples on which every exit was asked. Every combination from a grid is tried: quantiles of the measures at
 * each exit, so many that there are some ten thousand combinations, and never and always besides.
 */
final class Calibration {
    private static final double COMBINATIONS = 10_000;

    private final ExitRule rule;
    private final double[][] measures;
    private final boolean[][] right;
    private final long[] macs;
    private final List<OperatingPoint> points = new ArrayList<>();

    private Calibration(ExitRule rule, double[][] measures, boolean[][] right, long[] macs) {
        this.rule = rule;
        this.measures = measures;
        this.right = right;
        this.macs = macs;
    }

    /**
     * @param scores of every exit, the last included, for all samples, [samples * classes]
     * @param labels the class of each sample
     * @param macs multiply-adds up to each exit, those before it included
     */
    static Calibration of(ExitRule rule, List<float[]> scores, long[] labels, long[] macs) {
        int exits = scores.size();
        double[][] measures = new double[exits][labels.length];
        boolean[][] right = new boolean[exits][labels.length];
        for (int i = 0; i < labels.length; i++) {
            List<float[]> passed = new ArrayList<>();
            for (int k = 0; k < exits; k++) {
                float[] all = scores.get(k);
                float[] p = Probabilities.of(all, i, all.length / labels.length);
                passed.add(p);
                measures[k][i] = rule.measure(passed);
                right[k][i] = Probabilities.top(p) == labels[i];
            }
        }
        Calibration c = new Calibration(rule, measures, right, macs);
        c.fill();
        return c;
    }

    /** What some thresholds lead to. */
    OperatingPoint at(List<Double> thresholds) {
        return at(thresholds.stream().mapToDouble(Double::doubleValue).toArray());
    }

    /** What asking one exit alone leads to; the exits before it cost their share. */
    OperatingPoint only(int exit) {
        double[] thresholds = new double[macs.length - 1];
        Arrays.fill(thresholds, rule.never());
        boolean[] of = right[exit];
        int correct = 0;
        for (boolean r : of) {
            correct += r ? 1 : 0;
        }
        List<Double> shares = IntStream.range(0, macs.length)
                .mapToObj(k -> k == exit ? 1.0 : 0.0)
                .toList();
        return new OperatingPoint(
                Arrays.stream(thresholds).boxed().toList(), (double) correct / of.length, macs[exit], shares);
    }

    private OperatingPoint at(double... thresholds) {
        int last = macs.length - 1;
        int samples = right[last].length;
        long[] left = new long[macs.length];
        long correct = 0;
        for (int i = 0; i < samples; i++) {
            int k = 0;
            while (k < last && !rule.leaves(measures[k][i], thresholds[k])) {
                k++;
            }
            left[k]++;
            correct += right[k][i] ? 1 : 0;
        }
        double cost = 0;
        List<Double> shares = new ArrayList<>();
        for (int k = 0; k <= last; k++) {
            cost += (double) left[k] * macs[k] / samples;
            shares.add((double) left[k] / samples);
        }
        return new OperatingPoint(Arrays.stream(thresholds).boxed().toList(), (double) correct / samples, cost, shares);
    }

    private void fill() {
        int early = macs.length - 1;
        if (rule.isThresholdShared()) {
            for (double t : shared()) {
                double[] same = new double[early];
                Arrays.fill(same, t);
                points.add(at(same));
            }
            return;
        }
        int each = Math.max(3, (int) Math.pow(COMBINATIONS, 1.0 / Math.max(1, early)));
        double[][] candidates = IntStream.range(0, early)
                .mapToObj(k -> candidates(measures[k], each))
                .toArray(double[][]::new);
        combine(candidates, new double[early], 0);
    }

    private double[] shared() {
        double[] counts = IntStream.range(0, macs.length).asDoubleStream().toArray();
        counts[counts.length - 1] = rule.never();
        return counts;
    }

    private double[] candidates(double[] measured, int count) {
        double[] sorted = Arrays.stream(measured).sorted().distinct().toArray();
        int quantiles = Math.min(count, sorted.length + 2) - 2;
        double[] out = new double[quantiles + 2];
        for (int i = 0; i < quantiles; i++) {
            out[i] = sorted[(int) ((long) i * (sorted.length - 1) / Math.max(1, quantiles - 1))];
        }
        out[quantiles] = rule.never();
        out[quantiles + 1] = rule.always();
        return out;
    }

    private void combine(double[][] candidates, double[] chosen, int exit) {
        if (exit == candidates.length) {
            points.add(at(chosen));
            return;
        }
        for (double t : candidates[exit]) {
            chosen[exit] = t;
            combine(candidates, chosen, exit + 1);
        }
    }

    /** The least multiply-adds at an accuracy of at least the floor; where nothing reaches it, the most accurate thresholds. */
    OperatingPoint cheapest(double floor) {
        return points.stream()
                .filter(p -> p.accuracy() >= floor)
                .min(Comparator.comparingDouble(OperatingPoint::macs).thenComparing(p -> -p.accuracy()))
                .orElseGet(() -> mostAccurate(Double.MAX_VALUE));
    }

    /** The highest accuracy within a mean number of multiply-adds, which is at least what the first exit takes. */
    OperatingPoint mostAccurate(double budget) {
        return points.stream()
                .filter(p -> p.macs() <= budget)
                .max(Comparator.comparingDouble(OperatingPoint::accuracy).thenComparing(p -> -p.macs()))
                .orElseThrow();
    }

    /** The points that no other beats in both accuracy and multiply-adds, from cheap to dear, at most so many. */
    List<OperatingPoint> curve(int most) {
        List<OperatingPoint> best = new ArrayList<>();
        points.stream()
                .sorted(Comparator.comparingDouble(OperatingPoint::macs).thenComparing(p -> -p.accuracy()))
                .forEach(p -> {
                    if (best.isEmpty()
                            || p.accuracy() > best.get(best.size() - 1).accuracy()) {
                        best.add(p);
                    }
                });
        if (best.size() <= most) {
            return best;
        }
        return IntStream.range(0, most)
                .mapToObj(i -> best.get((int) ((long) i * (best.size() - 1) / (most - 1))))
                .toList();
    }
}
