package espalier.distill;

import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * What a network computes of a batch.
 *
 * @param values graph outputs and tapped values by name
 * @param logitsName which of them are the scores before a softmax
 */
public record Views(Map<String, Tensor> values, String logitsName) {
    /** The scores before a softmax, [N, classes]. */
    public Tensor logits() {
        return value(logitsName);
    }

    public Tensor value(String name) {
        Tensor t = values.get(name);
        if (t == null) {
            throw new IllegalArgumentException("'" + name + "' is not tapped");
        }
        return t;
    }
}
