package espalier.train;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * Cross-entropy with the labels, in nats: L = - sum_k q_k log softmax(z)_k, where q is 1 - e for the label, and e / classes is
 * added to every class. Szegedy, Vanhoucke, Ioffe, Shlens, Wojna: Rethinking the Inception Architecture, 2015, arXiv:1512.00567,
 * section 7.
 *
 * @param labelSmoothing e, 0 or more and below 1
 */
public record CrossEntropy(double labelSmoothing) implements Objective {
    private static final long MEAN = 1;
    private static final long IGNORE_NONE = -100;

    public CrossEntropy() {
        this(0);
    }

    public CrossEntropy {
        Checks.shareBelowOne("label-smoothing", labelSmoothing);
    }

    @Override
    public Tensor loss(StepViews views) {
        return torch.cross_entropy_loss(
                views.logits(), views.labels(), new TensorOptional(), MEAN, IGNORE_NONE, labelSmoothing);
    }

    @Override
    public boolean needsLabels() {
        return true;
    }
}
