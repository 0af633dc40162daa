package espalier.train;

import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/**
 * What an {@link Objective} sees of a step.
 *
 * @param inputs of the graph by name, the batch being the first axis
 * @param student graph outputs and taps of the network in training by name
 * @param logitsName which of them are the scores before a softmax
 * @param labelled the class of each sample, int64[N]; empty without labels
 * @param samples numbers of the samples in the data set
 * @param epoch from 0
 * @param step in the whole run, from 0
 */
public record StepViews(
        Map<String, Tensor> inputs,
        Map<String, Tensor> student,
        String logitsName,
        Optional<Tensor> labelled,
        int[] samples,
        int epoch,
        long step) {

    /** The student's scores before a softmax, [N, classes]. */
    public Tensor logits() {
        return student(logitsName);
    }

    /** An output or tap of the student. */
    public Tensor student(String value) {
        Tensor t = student.get(value);
        if (t == null) {
            throw new IllegalArgumentException("'" + value + "' is not tapped: name it in taps()");
        }
        return t;
    }

    /** The class of each sample, int64[N]. */
    public Tensor labels() {
        return labelled.orElseThrow(() -> new IllegalStateException("the samples have no labels"));
    }
}
