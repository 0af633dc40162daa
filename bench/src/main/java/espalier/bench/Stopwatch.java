package espalier.bench;

import java.util.concurrent.Callable;

/** Wall-clock times in milliseconds. */
final class Stopwatch {
    private Stopwatch() {}

    static double millis(Callable<?> work) {
        long start = System.nanoTime();
        try {
            work.call();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        return (System.nanoTime() - start) / 1e6;
    }

    static double medianMillis(int rounds, Callable<?> work) {
        double[] times = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            times[i] = millis(work);
        }
        return Timing.median(times);
    }
}
