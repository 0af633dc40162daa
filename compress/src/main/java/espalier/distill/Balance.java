package espalier.distill;

import espalier.config.Family;
import espalier.data.Batches;
import espalier.torch.Mode;
import espalier.torch.Program;
import espalier.train.BatchGradients;
import espalier.train.CrossEntropy;
import espalier.train.Objective;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;

/**
 * Makes losses pull with the force their weights say: each is scaled so that its gradient, over the first batches, is as long as that
 * of the labels, or without labels as that of the first loss. Losses that are made to the scale of the labels, such as soft targets, are
 * left as they are.
 *
 * @param weights of the losses, scaled
 * @param notes what was done, a line for each loss that was scaled
 */
record Balance(List<Double> weights, List<String> notes) {
    private static final int BATCHES = 4;
    private static final double TINY = 1e-9;

    /**
     * @param student seen in training mode, as the statistics of a fresh batch norm say nothing; its own statistics move
     * @param apart weights that do not count: regressors
     */
    static Balance of(Taught taught, Program student, Set<String> apart, Batches batches) {
        List<Taught.Part> parts = taught.parts();
        double wanted = taught.needsLabels()
                ? length(student, new CrossEntropy(), apart, batches)
                : length(student, taught.only(0), apart, batches);
        List<Double> weights = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            Taught.Part p = parts.get(i);
            double its = p.loss().scaledAsLabels() ? 0 : length(student, taught.only(i), apart, batches);
            double factor = its > TINY && wanted > TINY ? wanted / its : 1;
            weights.add(p.weight() * factor);
            if (factor != 1) {
                notes.add(String.format(
                        Locale.ROOT,
                        "%s: weight %.4g x %.4g, so that its gradient is as long as that of %s",
                        Family.keyOf(p.loss()),
                        p.weight(),
                        factor,
                        taught.needsLabels()
                                ? "the labels"
                                : Family.keyOf(parts.get(0).loss())));
            }
        }
        return new Balance(weights, notes);
    }

    private static double length(Program student, Objective loss, Set<String> apart, Batches batches) {
        double[] sum = new double[1];
        BatchGradients.of(student, Mode.TRAIN, loss, batches, BATCHES, gradients -> {
            double squares = 0;
            for (var g : gradients.entrySet()) {
                squares += apart.contains(g.getKey()) ? 0 : squared(g.getValue());
            }
            sum[0] += Math.sqrt(squares);
        });
        return sum[0];
    }

    private static double squared(Tensor gradient) {
        return gradient.mul(gradient).sum().item_double();
    }
}
