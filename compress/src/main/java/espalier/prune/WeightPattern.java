package espalier.prune;

import java.util.Arrays;
import java.util.List;

/** Which single weights may be zero together. */
interface WeightPattern {
    /** For each matrix a mask over its elements: 1 for what stays. */
    List<float[]> masks(List<Matrix> matrices, List<Scored> scores, Selection selection, double ratio);

    /** How many stay in a layer of which a selection keeps so many: none is emptied by rounding. */
    static int rounded(double kept) {
        return kept > 0 ? (int) Math.max(1, Math.round(kept)) : 0;
    }

    /** 1 for the {@code keep} elements with the highest scores; of equal ones the first. */
    static float[] strongest(double[] scores, int keep) {
        float[] mask = new float[scores.length];
        if (keep <= 0) {
            return mask;
        }
        double[] sorted = scores.clone();
        Arrays.sort(sorted);
        double threshold = sorted[Math.max(0, sorted.length - keep)];
        int left = keep;
        for (int i = 0; i < scores.length; i++) {
            if (scores[i] > threshold) {
                mask[i] = 1;
                left--;
            }
        }
        for (int i = 0; i < scores.length && left > 0; i++) {
            if (scores[i] == threshold) {
                mask[i] = 1;
                left--;
            }
        }
        return mask;
    }
}
