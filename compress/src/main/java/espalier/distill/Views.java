package espalier.distill;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/**
 * What a network computes of a batch.
 *
 * @param values graph outputs and tapped values by name
 * @param logitsName which of them are the scores before a softmax
 * @param featureNames which of them a loss compares, in order
 * @param labels the class of each sample, int64[N]: that of the data, or where they have none the teacher's guess
 * @param input the batch itself, where gradients with respect to it are asked for
 */
public record Views(
        Map<String, Tensor> values,
        String logitsName,
        List<String> featureNames,
        Optional<Tensor> labels,
        Optional<Tensor> input) {
    public Views {
        featureNames = List.copyOf(featureNames);
    }

    public Views(Map<String, Tensor> values, String logitsName) {
        this(values, logitsName, List.of(), Optional.empty(), Optional.empty());
    }

    public Views withFeatures(List<String> names) {
        return new Views(values, logitsName, names, labels, input);
    }

    public Views withLabels(Tensor classes) {
        return new Views(values, logitsName, featureNames, Optional.of(classes), input);
    }

    public Views withInput(Tensor batch) {
        return new Views(values, logitsName, featureNames, labels, Optional.of(batch));
    }

    /** The scores before a softmax, [N, classes]. */
    public Tensor logits() {
        return value(logitsName);
    }

    /** What a loss compares, the batch being the first axis. */
    public List<Tensor> features() {
        return featureNames.stream().map(this::value).toList();
    }

    /** The only feature of a loss that compares one, a row for each sample. */
    public Tensor rows() {
        return Rows.of(value(featureNames.get(0)));
    }

    public Tensor value(String name) {
        Tensor t = values.get(name);
        if (t == null) {
            throw new IllegalArgumentException("'" + name + "' is not tapped");
        }
        return t;
    }
}
