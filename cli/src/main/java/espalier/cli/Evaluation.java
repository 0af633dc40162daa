package espalier.cli;

import espalier.data.Batch;
import espalier.data.Batches;
import espalier.data.Batching;
import espalier.data.DataSet;
import espalier.data.Normalization;
import espalier.graph.BadInputException;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.runtime.OrtSession;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How well a classifier does in ONNX Runtime.
 *
 * @param samples how many were looked at
 * @param accuracy share of samples whose largest output is that of their class, 0 to 1
 * @param loss mean cross-entropy in nats, of the softmax of the output or, where that is what the model ends with, of the output
 */
record Evaluation(long samples, double accuracy, double loss) {
    /** The smallest probability that counts, so that one certain error does not make the mean infinite. */
    private static final double LEAST = 1e-30;

    /** Looks at every sample once, in batches of the model's own size or of {@code batch}. */
    static Evaluation of(
            ModelFile model, OrtSession session, DataSet data, Normalization normalization, int batch, Ticks ticks) {
        if (!data.labelled()) {
            throw BadInputException.of("%s: has no labels, so there is no accuracy: give labelled data", data.name());
        }
        int size = Math.toIntExact(model.batch(batch));
        Batches batches = Batches.of(data, Batching.inOrder(size, normalization));
        Sums sums = new Sums(EndsIn.of(model.model()));
        for (int step = 0; step < batches.steps(); step++) {
            Batch b = batches.batch(0, step);
            Map<String, Tensor> inputs = Feeding.of(model, data, b, model.batch(b.size()));
            Tensor output = session.run(inputs).values().iterator().next();
            sums.add(model, data, output, b.labels());
            ticks.tick(step + 1, batches.steps());
        }
        return sums.mean();
    }

    /** Told after each batch. */
    interface Ticks {
        void tick(long done, long total);
    }

    /** Whether the first output is already a probability. */
    private enum EndsIn {
        SCORES,
        PROBABILITIES;

        static EndsIn of(espalier.graph.Model model) {
            String output = model.graph().outputNames().get(0);
            boolean softmax = model.graph()
                    .edges()
                    .producer(output)
                    .filter(n -> n.is("Softmax"))
                    .isPresent();
            return softmax ? PROBABILITIES : SCORES;
        }
    }

    private static final class Sums {
        private final EndsIn end;
        private long samples;
        private long right;
        private double loss;

        Sums(EndsIn end) {
            this.end = end;
        }

        void add(ModelFile model, DataSet data, Tensor output, long[] labels) {
            Shape shape = output.shape();
            if (shape.rank() == 0 || shape.dim(0) < labels.length || shape.elements() == 0) {
                throw BadInputException.of(
                        "%s: its first output has shape %s, which is not one row of scores for each sample",
                        model.name(), shape);
            }
            int classes = Math.toIntExact(shape.elements() / shape.dim(0));
            if (data.classes() > classes) {
                throw BadInputException.of(
                        "%s: has %d outputs, but %s has %d classes",
                        model.name(), classes, data.name(), data.classes());
            }
            float[] scores = output.toFloats();
            for (int i = 0; i < labels.length; i++) {
                add(scores, i * classes, classes, (int) labels[i]);
            }
        }

        private void add(float[] scores, int from, int classes, int label) {
            int best = 0;
            for (int c = 1; c < classes; c++) {
                best = scores[from + c] > scores[from + best] ? c : best;
            }
            samples++;
            right += best == label ? 1 : 0;
            loss += end == EndsIn.PROBABILITIES
                    ? -Math.log(Math.max(LEAST, scores[from + label]))
                    : logSum(scores, from, classes, scores[from + best]) - scores[from + label];
        }

        private static double logSum(float[] scores, int from, int classes, float largest) {
            double sum = 0;
            for (int c = 0; c < classes; c++) {
                sum += Math.exp(scores[from + c] - largest);
            }
            return largest + Math.log(sum);
        }

        Evaluation mean() {
            return new Evaluation(samples, (double) right / samples, loss / samples);
        }
    }

    /** The figures by the names they have in every JSON of ours. */
    Map<String, Object> json() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("samples", samples);
        map.put("accuracy", accuracy);
        map.put("loss", loss);
        return map;
    }
}
