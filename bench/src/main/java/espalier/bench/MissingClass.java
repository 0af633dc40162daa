package espalier.bench;

import espalier.data.Batch;
import espalier.data.Batches;
import espalier.data.DataSource;
import espalier.data.Split;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Tensor;
import espalier.work.Evaluation;
import espalier.work.Referee;
import espalier.work.Workbench;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * A class that a network has never seen. Hinton, Vinyals, Dean: Distilling the Knowledge in a Neural Network, 2015, arXiv:1503.02531,
 * section 3: the student's bias for the class, which nothing has ever raised, is afterwards increased by b.
 *
 * <p>The paper takes the b with the fewest errors on the test set. Here it is the one with the fewest errors on 5,000 training images,
 * the class among them, from which the student has learned nothing; where several are equal, the middle of the widest range.
 *
 * @param label of the class
 * @param raised whether the bias is increased
 */
record MissingClass(int label, boolean raised) {
    private static final double HELD_OUT = 5_000.0 / 60_000;
    private static final long SPLIT = 30_000;

    /** What the student learns from. */
    DataSource seen(DataSource all) {
        Split kept = Split.ofClass(held(all).train(), label);
        return DataSource.of(kept.train(), all.forMeasuring());
    }

    /** What b is chosen on. */
    DataSource judging(DataSource all) {
        return DataSource.of(held(all).validation());
    }

    private static Split held(DataSource all) {
        return Split.of(all.train(), HELD_OUT, SPLIT);
    }

    /** The b with the fewest errors. */
    double offset(Model student, Referee referee, Batches held) {
        String logits = student.graph().outputNames().get(0);
        double[][] scores = new double[held.data().size()][];
        long[] labels = new long[scores.length];
        int n = 0;
        try (Referee.Session session = referee.open(student)) {
            for (int step = 0; step < held.steps(); step++) {
                Batch batch = held.batch(0, step);
                Tensor out = Objects.requireNonNull(
                        session.run(Evaluation.named(student, batch)).get(logits), logits);
                int classes = Math.toIntExact(out.shape().dim(1));
                for (int i = 0; i < batch.size(); i++, n++) {
                    int from = i * classes;
                    scores[n] = IntStream.range(from, from + classes)
                            .mapToDouble(out::doubleAt)
                            .toArray();
                    labels[n] = batch.labels()[i];
                }
            }
        }
        return offset(scores, labels);
    }

    /**
     * A sample goes over to the class where b passes t = (largest other score) - (its score): one error fewer if it is of the class, one
     * more if it was right before.
     */
    double offset(double[][] scores, long[] labels) {
        double[] passed = new double[scores.length];
        int[] change = new int[scores.length];
        for (int i = 0; i < scores.length; i++) {
            int other = largestOther(scores[i]);
            passed[i] = scores[i][other] - scores[i][label];
            change[i] = labels[i] == label ? -1 : labels[i] == other ? 1 : 0;
        }
        int[] order = IntStream.range(0, scores.length)
                .filter(i -> change[i] != 0)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> passed[i]))
                .mapToInt(i -> i)
                .toArray();
        int errors = 0;
        int fewest = Integer.MAX_VALUE;
        double widest = 0;
        double best = 0;
        for (int k = 0; k < order.length - 1; k++) {
            errors += change[order[k]];
            double from = passed[order[k]];
            double to = passed[order[k + 1]];
            if (from < to && (errors < fewest || errors == fewest && to - from > widest)) {
                fewest = errors;
                widest = to - from;
                best = (from + to) / 2;
            }
        }
        return best;
    }

    private int largestOther(double[] scores) {
        int largest = label == 0 ? 1 : 0;
        for (int c = 0; c < scores.length; c++) {
            largest = c != label && scores[c] > scores[largest] ? c : largest;
        }
        return largest;
    }

    /** The network with b added to the bias of the class. */
    Model raised(Model student, double offset) {
        Graph graph = student.graph();
        Node last = graph.edges().producer(graph.outputNames().get(0)).orElseThrow();
        String bias = last.input(2);
        Tensor old = graph.constant(bias).orElseThrow();
        float[] values = old.toFloats();
        values[label] += (float) offset;
        return student.withGraph(graph.plusInitializers(Map.of(bias, Tensor.floats(old.shape(), values))));
    }

    /** As {@link #raised(Model, double)} with the b that {@link #offset(Model, Referee, Batches)} finds. */
    Model raised(Model student, Workbench bench) {
        Batches held = Workbench.testBatches(student, judging(bench.data()), bench.normalization());
        return raised(student, offset(student, bench.referee(), held));
    }

    /** By which the trained student is known; raising a bias is no training. */
    String settings() {
        return " | without class " + label;
    }
}
