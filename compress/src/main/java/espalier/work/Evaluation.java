package espalier.work;

import espalier.data.Batch;
import espalier.data.Batches;
import espalier.graph.BadInputException;
import espalier.graph.Model;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.train.Logits;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * How a classifier does on a data set, by its first output [N,classes], which holds logits or probabilities.
 *
 * @param accuracy top-1 share, 0..1; empty without labels
 * @param loss mean cross-entropy in nats, of the softmax of the output or, where that is what the model ends with, of the output;
 *     empty without labels
 * @param predictions top-1 class of each sample in the order of the batches
 */
public record Evaluation(OptionalDouble accuracy, OptionalDouble loss, int[] predictions) {

    /** Told after each batch. */
    @FunctionalInterface
    public interface Ticks {
        void tick(long done, long total);
    }

    /** The share of samples for which two models predict the same class, 0..1. */
    public double agreement(Evaluation other) {
        int same = 0;
        for (int i = 0; i < predictions.length; i++) {
            same += predictions[i] == other.predictions[i] ? 1 : 0;
        }
        return (double) same / predictions.length;
    }

    /** Runs a model over the first epoch of some batches. */
    public static Evaluation of(Model model, Referee.Session session, Batches batches) {
        return of(model, session, batches, (done, total) -> {});
    }

    /**
     * Runs a model over the first epoch of some batches.
     *
     * @throws BadInputException when the samples do not fit the model's inputs, or its outputs not the samples' classes
     */
    public static Evaluation of(Model model, Referee.Session session, Batches batches, Ticks ticks) {
        String output = model.graph().outputNames().get(0);
        Tally tally = new Tally(batches.data().size(), Logits.endInProbabilities(model.graph()));
        for (int step = 0; step < batches.steps(); step++) {
            Batch batch = batches.batch(0, step);
            Tensor scores =
                    Objects.requireNonNull(session.run(named(model, batch)).get(output), output);
            tally.add(scores, classes(scores, batch.size(), batches.data().classes()), batch);
            ticks.tick(step + 1, batches.steps());
        }
        return tally.evaluation();
    }

    /**
     * A batch's inputs under the model's names: an input without a name is the model's only one. Where the model was made for a
     * larger batch, rows of zeros fill it up.
     *
     * @throws BadInputException when names or shapes do not fit
     */
    public static Map<String, Tensor> named(Model model, Batch batch) {
        return Feeding.of(model, batch);
    }

    private static int classes(Tensor scores, int samples, int known) {
        Shape shape = scores.shape();
        if (shape.rank() == 0 || shape.dim(0) < samples || shape.elements() == 0) {
            throw BadInputException.of(
                    "its first output has shape %s, which is not one row of scores for each sample", shape);
        }
        int classes = Math.toIntExact(shape.elements() / shape.dim(0));
        if (known > classes) {
            throw BadInputException.of("has %d outputs, but the data has %d classes", classes, known);
        }
        return classes;
    }

    private static final class Tally {
        /** The smallest probability that counts, so that one certain error does not make the mean infinite. */
        private static final double LEAST = 1e-30;

        private final int[] predictions;
        private final boolean probabilities;
        private int seen;
        private int labelled;
        private int correct;
        private double loss;

        Tally(int samples, boolean probabilities) {
            this.predictions = new int[samples];
            this.probabilities = probabilities;
        }

        void add(Tensor scores, int classes, Batch batch) {
            float[] flat = scores.toFloats();
            for (int i = 0; i < batch.size(); i++) {
                int from = i * classes;
                int top = from;
                for (int c = from + 1; c < from + classes; c++) {
                    top = flat[c] > flat[top] ? c : top;
                }
                predictions[seen++] = top - from;
                if (batch.labelled()) {
                    int label = label(batch.labels()[i], classes);
                    labelled++;
                    correct += label == top - from ? 1 : 0;
                    loss += probabilities
                            ? -Math.log(Math.max(LEAST, flat[from + label]))
                            : logSum(flat, from, classes, flat[top]) - flat[from + label];
                }
            }
        }

        private static int label(long label, int classes) {
            if (label < 0 || label >= classes) {
                throw BadInputException.of(
                        "label %d is outside the model's %d classes: is this the data the model was made for?",
                        label, classes);
            }
            return (int) label;
        }

        private static double logSum(float[] scores, int from, int classes, double largest) {
            double sum = 0;
            for (int c = from; c < from + classes; c++) {
                sum += Math.exp(scores[c] - largest);
            }
            return largest + Math.log(sum);
        }

        Evaluation evaluation() {
            int[] all = java.util.Arrays.copyOf(predictions, seen);
            return labelled == 0
                    ? new Evaluation(OptionalDouble.empty(), OptionalDouble.empty(), all)
                    : new Evaluation(
                            OptionalDouble.of((double) correct / labelled), OptionalDouble.of(loss / labelled), all);
        }
    }
}
