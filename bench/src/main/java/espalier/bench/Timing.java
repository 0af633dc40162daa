package espalier.bench;

import java.util.Arrays;

/**
 * Time of a training step.
 *
 * @param medianMillis wall clock
 * @param fastestMillis wall clock
 * @param cpuMillis processor time of all threads, on average: suffers less from other work on the machine
 */
record Timing(double medianMillis, double fastestMillis, double cpuMillis) {

    static Timing of(double[] millis, double cpuMillis) {
        return new Timing(median(millis), Arrays.stream(millis).min().orElseThrow(), cpuMillis);
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        return n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
    }
}
