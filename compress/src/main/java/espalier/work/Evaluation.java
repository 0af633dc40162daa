package espalier.work;

import espalier.data.Batch;
import espalier.data.Batches;
import espalier.graph.BadInputException;
import espalier.graph.Model;
import espalier.graph.Tensor;
import espalier.graph.ValueInfo;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * How a classifier does on a data set, by its first output [N,classes], which holds logits or probabilities.
 *
 * @param accuracy top-1 share, 0..1; empty without labels
 * @param loss mean cross-entropy in nats; empty without labels
 * @param predictions top-1 class of each sample in the order of the batches
 */
public record Evaluation(OptionalDouble accuracy, OptionalDouble loss, int[] predictions) {

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
        String output = model.graph().outputNames().get(0);
        Tally tally = new Tally(batches.data().size());
        batches.epoch(0).forEach(batch -> {
            Tensor scores =
                    Objects.requireNonNull(session.run(named(model, batch)).get(output), output);
            tally.add(rows(scores, batch.size(), output), batch.labels());
        });
        return tally.evaluation();
    }

    /** A batch's inputs under the model's names: an input without a name is the model's only one. */
    public static Map<String, Tensor> named(Model model, Batch batch) {
        List<String> wanted =
                model.graph().requiredInputs().stream().map(ValueInfo::name).toList();
        Map<String, Tensor> named = new LinkedHashMap<>();
        batch.inputs().forEach((name, tensor) -> named.put(name.isEmpty() ? only(wanted) : name, tensor));
        if (!named.keySet().containsAll(wanted)) {
            throw BadInputException.of("the model needs the inputs %s, but the data gives %s", wanted, named.keySet());
        }
        return named;
    }

    private static String only(List<String> wanted) {
        if (wanted.size() != 1) {
            throw BadInputException.of(
                    "the model has %d inputs (%s): give the data as npz with an array for each",
                    wanted.size(), String.join(", ", wanted));
        }
        return wanted.get(0);
    }

    private static float[][] rows(Tensor scores, int samples, String output) {
        long classes = scores.elements() / samples;
        if (scores.shape().rank() < 2 || scores.shape().dim(0) != samples || classes < 1) {
            throw BadInputException.of(
                    "output '%s' is %s for a batch of %d, but a classifier gives [%d,classes]",
                    output, scores.shape(), samples, samples);
        }
        float[] flat = scores.toFloats();
        float[][] rows = new float[samples][(int) classes];
        for (int i = 0; i < samples; i++) {
            System.arraycopy(flat, i * (int) classes, rows[i], 0, (int) classes);
        }
        return rows;
    }

    private static final class Tally {
        private final int[] predictions;
        private int seen;
        private int labelled;
        private int correct;
        private double loss;

        Tally(int samples) {
            predictions = new int[samples];
        }

        void add(float[][] rows, long[] labels) {
            for (int i = 0; i < rows.length; i++) {
                int top = argMax(rows[i]);
                predictions[seen++] = top;
                if (labels.length > 0) {
                    correct += labels[i] == top ? 1 : 0;
                    loss += crossEntropy(rows[i], label(labels[i], rows[i].length));
                    labelled++;
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

        Evaluation evaluation() {
            int[] all = java.util.Arrays.copyOf(predictions, seen);
            return labelled == 0
                    ? new Evaluation(OptionalDouble.empty(), OptionalDouble.empty(), all)
                    : new Evaluation(
                            OptionalDouble.of((double) correct / labelled), OptionalDouble.of(loss / labelled), all);
        }
    }

    private static int argMax(float[] row) {
        int top = 0;
        for (int i = 1; i < row.length; i++) {
            top = row[i] > row[top] ? i : top;
        }
        return top;
    }

    /** Of logits, or of probabilities where the row is a distribution already. */
    private static double crossEntropy(float[] row, int label) {
        double largest = row[argMax(row)];
        double sum = 0;
        double total = 0;
        boolean positive = true;
        for (float v : row) {
            sum += Math.exp(v - largest);
            total += v;
            positive &= v >= 0;
        }
        return positive && Math.abs(total - 1) < 1e-3
                ? -Math.log(Math.max(row[label], Float.MIN_NORMAL))
                : Math.log(sum) + largest - row[label];
    }
}
