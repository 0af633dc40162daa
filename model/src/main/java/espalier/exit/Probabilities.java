package espalier.exit;

import java.util.Arrays;

/** Class probabilities from what a classifier puts out: logits, or probabilities already. */
public final class Probabilities {
    private static final double CLOSE = 1e-3;

    private Probabilities() {}

    /** The classes' probabilities of one sample out of a batch of scores, row-major. */
    public static float[] of(float[] scores, int sample, int classes) {
        float[] row = Arrays.copyOfRange(scores, sample * classes, (sample + 1) * classes);
        return isDistribution(row) ? row : softmax(row);
    }

    private static boolean isDistribution(float[] row) {
        double sum = 0;
        for (float v : row) {
            if (v < 0) {
                return false;
            }
            sum += v;
        }
        return Math.abs(sum - 1) < CLOSE;
    }

    private static float[] softmax(float[] row) {
        float largest = row[top(row)];
        double sum = 0;
        for (float v : row) {
            sum += Math.exp(v - largest);
        }
        for (int i = 0; i < row.length; i++) {
            row[i] = (float) (Math.exp(row[i] - largest) / sum);
        }
        return row;
    }

    /** The class with the largest score, the first of several. */
    public static int top(float[] row) {
        int best = 0;
        for (int i = 1; i < row.length; i++) {
            best = row[i] > row[best] ? i : best;
        }
        return best;
    }
}
