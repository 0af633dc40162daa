package espalier.bench;

import java.util.Arrays;

/**
 * Time of a training step.
 *
 * @param medianMillis wall clock
 * @param fastestMillis wall clock
 * @param medianCpuMillis processor time of all threads: suffers less from other work on the machine
 */
record Timing(double medianMillis, double fastestMillis, double medianCpuMillis) {

    static Timing of(double[] millis, double[] cpuMillis) {
        return new Timing(median(millis), Arrays.stream(millis).min().orElseThrow(), median(cpuMillis));
    }

    double imagesPerSecond(int batch) {
        return 1000 * batch / medianMillis;
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        return n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
    }
}
