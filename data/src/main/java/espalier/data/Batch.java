package espalier.data;

import espalier.graph.Tensor;
import java.util.Map;

/**
 * Some samples together.
 *
 * @param inputs by name of the model's input (empty: its only input), the batch being the first axis
 * @param labels the class of each sample; of length 0 where there are none
 * @param samples their numbers in the data set
 */
public record Batch(Map<String, Tensor> inputs, long[] labels, int[] samples) {
    /** Number of samples. */
    public int size() {
        return samples.length;
    }

    public boolean labelled() {
        return labels.length > 0;
    }
}
