package espalier.quantize;

/**
 * Evenly spaced real numbers: x = scale (q - zero) for whole q from {@code low} to {@code high}.
 *
 * @param scale the distance of neighbours, above 0
 */
public record Grid(float scale, int zero, int low, int high) {
    private static final int BYTE = 255;

    /** 0..255 spread over an interval; 0 is hit exactly, and where the interval begins there, it is 0. */
    public static Grid unsigned(Interval interval) {
        return unsigned(interval, BYTE);
    }

    static Grid unsigned(Interval interval, int high) {
        Interval i = interval.withZero();
        float scale = (float) ((i.high() - i.low()) / high);
        int zero = (int) Math.rint(-i.low() / scale);
        return new Grid(scale, Math.max(0, Math.min(high, zero)), 0, high);
    }

    /** This grid, whose largest number does not exceed a limit, not even by rounding: otherwise a clip behind it stays. */
    Grid atMost(double limit) {
        float s = scale;
        while (s * (high - zero) > limit) {
            s = Math.nextDown(s);
        }
        return new Grid(s, zero, low, high);
    }

    /** The whole number for x; ties to even. */
    public int index(double x) {
        double q = Math.rint(x / scale) + zero;
        return (int) Math.max(low, Math.min(high, q));
    }

    /** The number of the grid that stands for x. */
    public double nearest(double x) {
        return scale * (double) (index(x) - zero);
    }
}
