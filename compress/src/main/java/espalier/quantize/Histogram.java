package espalier.quantize;

import espalier.graph.BadInputException;
import java.util.Arrays;

/**
 * How often values lie where, in bounded memory however many are added: bins of equal width on both sides of 0, whose width doubles
 * when a value lies outside. So one pass over the data is enough, and the order of the data does not matter.
 */
public final class Histogram {
    /** Bins on each side of 0. */
    static final int SIDE = 4096;

    private final String name;
    private final long[] bins = new long[2 * SIDE];
    private double limit;
    private float min = Float.POSITIVE_INFINITY;
    private float max = Float.NEGATIVE_INFINITY;
    private long count;

    /** @param name of what is counted, for messages */
    public Histogram(String name) {
        this.name = name;
    }

    /**
     * Counts some values.
     *
     * @throws BadInputException when one is not a finite number
     */
    public void add(float[] values) {
        float largest = 0;
        for (float v : values) {
            if (!Float.isFinite(v)) {
                throw BadInputException.of(
                        "value '%s' is %s for a calibration sample: check the weights and the samples, or exclude the layer",
                        name, v);
            }
            min = Math.min(min, v);
            max = Math.max(max, v);
            largest = Math.max(largest, Math.abs(v));
        }
        grow(largest);
        double perUnit = limit == 0 ? 0 : SIDE / limit;
        for (float v : values) {
            bins[SIDE + Math.min(SIDE - 1, (int) Math.floor(v * perUnit))]++;
        }
        count += values.length;
    }

    private void grow(float largest) {
        if (limit == 0 && largest > 0) {
            limit = Math.scalb(1.0, Math.getExponent(largest) + 1);
            long zeros = bins[SIDE];
            Arrays.fill(bins, 0);
            bins[SIDE] = zeros;
        }
        while (largest >= limit && largest > 0) {
            limit *= 2;
            long[] old = bins.clone();
            Arrays.fill(bins, 0);
            for (int i = 0; i < old.length; i++) {
                bins[Math.floorDiv(i - SIDE, 2) + SIDE] += old[i];
            }
        }
    }

    public long count() {
        return count;
    }

    /** From the smallest value to the largest. */
    public Interval all() {
        return count == 0 ? new Interval(0, 0) : new Interval(min, max);
    }

    int bins() {
        return bins.length;
    }

    long in(int bin) {
        return bins[bin];
    }

    /** The middle of a bin. */
    double middle(int bin) {
        return (bin - SIDE + 0.5) * width();
    }

    double width() {
        return limit / SIDE;
    }

    /** The bin of a value inside the limits. */
    int bin(double value) {
        return limit == 0 ? SIDE : Math.max(0, Math.min(bins.length - 1, SIDE + (int) Math.floor(value / width())));
    }

    /** The value below which lies a share of all values, as exactly as the bins tell. */
    double quantile(double share) {
        double wanted = share * count;
        double below = 0;
        for (int b = 0; b < bins.length; b++) {
            if (bins[b] > 0 && below + bins[b] >= wanted) {
                double inside = (wanted - below) / bins[b];
                return Math.max(min, Math.min(max, (b - SIDE + inside) * width()));
            }
            below += bins[b];
        }
        return max;
    }
}
