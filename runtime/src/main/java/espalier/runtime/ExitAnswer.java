package espalier.runtime;

import espalier.exit.Probabilities;
import espalier.graph.Tensor;
import java.util.Arrays;

/**
 * What a model with several exits says of a batch.
 *
 * @param scores of the exit at which each sample left, [N,classes]
 * @param exits the exit at which each sample left, from 0
 * @param nanos how long it took
 * @param isLate whether it took longer than it might
 */
public record ExitAnswer(Tensor scores, int[] exits, long nanos, boolean isLate) {
    /** The most likely class of each sample. */
    public int[] classes() {
        float[] all = scores.toFloats();
        int classes = Math.toIntExact(scores.shape().dim(1));
        int[] out = new int[exits.length];
        Arrays.setAll(out, i -> Probabilities.top(Arrays.copyOfRange(all, i * classes, (i + 1) * classes)));
        return out;
    }
}
