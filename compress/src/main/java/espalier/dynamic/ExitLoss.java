package espalier.dynamic;

import espalier.graph.Model;
import espalier.train.Objective;
import espalier.train.StepViews;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorBase;
import org.bytedeco.pytorch.TensorTensorHook;
import org.bytedeco.pytorch.global.torch;

/**
 * The loss of all exits together, L = L_last + sum_k w_k ((1 - d) CE_k + d T^2 KL(last || k)): BranchyNet, equation 2, with the
 * distillation of Phuong and Lampert, equation 5. The last exit is the teacher and gets no gradient from its pupils. Without labels
 * d is 1.
 *
 * @param last what the last exit makes small; empty where the trunk is frozen
 * @param heads the early exits
 * @param weights w
 * @param how d, T and the share of each early exit's gradient that reaches the trunk
 */
record ExitLoss(Objective plain, Optional<Objective> last, ExitHeads heads, List<Double> weights, Exits how)
        implements Objective {
    @Override
    public Tensor loss(StepViews views) {
        if (how.trunk() == Trunk.JOINT && how.scale() < 1) {
            heads.entries().forEach(entry -> scaled(views.student(entry)));
        }
        Tensor sum = last.map(o -> o.loss(views)).orElseGet(() -> torch.zeros(1).sum());
        Pupil pupil = new Pupil(how.distill(), how.temperature(), how.retrain().labelSmoothing());
        for (int k = 0; k < weights.size(); k++) {
            Tensor scores = views.student(heads.outputs().get(k));
            sum = sum.add(pupil.loss(scores, views.logits(), views.labelled()), new Scalar(weights.get(k)));
        }
        return sum;
    }

    private void scaled(Tensor entry) {
        if (entry.requires_grad()) {
            entry.register_hook(new Share(how.scale()));
        }
    }

    /** Hands on a share of a gradient. */
    private static final class Share extends TensorTensorHook {
        private final double share;

        Share(double share) {
            super();
            this.share = share;
        }

        @Override
        public TensorBase call(TensorBase gradient) {
            return new Tensor(gradient).mul(new Scalar(share));
        }
    }

    @Override
    public List<String> taps(Model student) {
        List<String> taps = new ArrayList<>(plain.taps(student));
        taps.addAll(heads.outputs());
        if (how.trunk() == Trunk.JOINT && how.scale() < 1) {
            taps.addAll(heads.entries());
        }
        return taps;
    }

    @Override
    public boolean needsLabels() {
        return plain.needsLabels();
    }

    @Override
    public String identity() {
        return plain.identity() + ", exits " + heads.values() + " " + weights + " " + how;
    }
}
