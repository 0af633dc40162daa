package espalier.dynamic;

import espalier.exit.ExitRule;
import espalier.exit.Probabilities;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Samples on which every exit was asked, so that it can be counted what thresholds lead to.
 *
 * @param measures how sure each exit is of each sample, the last exit included
 * @param right whether its answer is
 * @param macs multiply-adds up to each exit, those before it included
 */
record Calibration(ExitRule rule, double[][] measures, boolean[][] right, long[] macs) {
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
        return new Calibration(rule, measures, right, macs);
    }

    /** Exits besides the last. */
    int early() {
        return macs.length - 1;
    }

    /** What asking one exit alone leads to; the exits before it cost their share. */
    OperatingPoint only(int exit) {
        boolean[] of = right[exit];
        int correct = 0;
        for (boolean r : of) {
            correct += r ? 1 : 0;
        }
        List<Double> shares = IntStream.range(0, macs.length)
                .mapToObj(k -> k == exit ? 1.0 : 0.0)
                .toList();
        return new OperatingPoint(
                Collections.nCopies(early(), rule.never()), (double) correct / of.length, macs[exit], shares);
    }

    /** What some thresholds lead to. */
    OperatingPoint at(List<Double> thresholds) {
        return at(thresholds.stream().mapToDouble(Double::doubleValue).toArray());
    }

    OperatingPoint at(double... thresholds) {
        int last = early();
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
}
