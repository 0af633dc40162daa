package espalier.pack;

/**
 * Which of some rising centroids is nearest, the lower of two. A table of equal cells says between which centroids the values of a cell
 * lie, mostly one or two, so that a value costs a look and a comparison however many centroids there are.
 */
public final class Nearest {
    private static final int CELLS_PER_CENTROID = 32;

    private final double lowest;
    private final double scale;
    private final int[] first;
    private final double[] middle;

    private Nearest(float[] centroids) {
        int k = centroids.length;
        int cells = CELLS_PER_CENTROID * k;
        double range = (double) centroids[k - 1] - centroids[0];
        this.lowest = centroids[0];
        this.scale = range > 0 ? cells / range : 0;
        this.first = new int[cells + 1];
        this.middle = new double[k - 1];
        for (int c = 0; c < middle.length; c++) {
            middle[c] = ((double) centroids[c] + centroids[c + 1]) / 2;
            first[cell(middle[c]) + 1]++;
        }
        for (int i = 0; i < cells; i++) {
            first[i + 1] += first[i];
        }
    }

    /** At least one centroid. */
    public static Nearest of(float[] centroids) {
        return new Nearest(centroids);
    }

    /** Never falls as the value rises, so a value in a higher cell than a middle lies above it. */
    private int cell(double value) {
        return (int) Math.max(0, Math.min(first.length - 2, (value - lowest) * scale));
    }

    /** The number of the centroid nearest to a value. */
    public int to(float value) {
        int cell = cell(value);
        int low = first[cell];
        int high = first[cell + 1];
        while (low < high) {
            int half = (low + high) >>> 1;
            if (value > middle[half]) {
                low = half + 1;
            } else {
                high = half;
            }
        }
        return low;
    }
}
