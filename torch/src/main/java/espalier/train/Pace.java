package espalier.train;

/** Loss and speed over the last steps. */
final class Pace {
    private static final int WINDOW = 50;

    private final double[] losses = new double[WINDOW];
    private final long[] nanos = new long[WINDOW];
    private long count;
    private double loss;
    private long time;

    void add(double stepLoss, long stepNanos) {
        int at = (int) (count++ % WINDOW);
        losses[at] = stepLoss;
        nanos[at] = stepNanos;
        int n = (int) Math.min(count, WINDOW);
        loss = 0;
        time = 0;
        for (int i = 0; i < n; i++) {
            loss += losses[i] / n;
            time += nanos[i];
        }
    }

    double loss() {
        return loss;
    }

    /** Steps a second; 0 before the first. */
    double stepsPerSecond() {
        return time == 0 ? 0 : Math.min(count, WINDOW) * 1e9 / time;
    }
}
