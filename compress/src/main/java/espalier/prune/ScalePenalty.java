package espalier.prune;

import espalier.torch.Program;
import espalier.train.Objective;
import espalier.train.StepViews;
import espalier.work.Variation;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * An L1 penalty on some weights: loss + lambda sum |w|, with the subgradient sign(w).
 *
 * @param lambda weight of the penalty
 * @param weights names of the penalized parameters
 */
record ScalePenalty(double lambda, Set<String> weights) implements Variation {
    @Override
    public Objective objective(Objective plain, Program program) {
        Map<String, Tensor> parameters = program.parameters();
        List<Tensor> penalized = weights.stream()
                .filter(parameters::containsKey)
                .map(parameters::get)
                .map(java.util.Objects::requireNonNull)
                .toList();
        return new Penalized(plain, penalized, lambda);
    }

    private record Penalized(Objective plain, List<Tensor> weights, double lambda) implements Objective {
        @Override
        public Tensor loss(StepViews views) {
            Tensor loss = plain.loss(views);
            for (Tensor w : weights) {
                loss = loss.add(w.abs().sum(), new Scalar(lambda));
            }
            return loss;
        }

        @Override
        public List<String> taps(espalier.graph.Model student) {
            return plain.taps(student);
        }

        @Override
        public boolean needsLabels() {
            return plain.needsLabels();
        }

        @Override
        public String identity() {
            return plain.identity() + ", penalty " + lambda;
        }
    }
}
