package espalier.dynamic;

import java.util.Optional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * The loss of a part of a network that learns from labels and from another part, (1 - d) CE + d T^2 KL(teacher || pupil); the teacher
 * gets no gradient. Without labels d is 1.
 *
 * @param distill d
 * @param temperature T
 */
record Pupil(double distill, double temperature, double labelSmoothing) {
    private static final long MEAN = 1;
    private static final long IGNORE_NONE = -100;

    Tensor loss(Tensor scores, Tensor teacher, Optional<Tensor> labels) {
        double d = labels.isPresent() ? distill : 1;
        if (d == 0) {
            return crossEntropy(scores, labels.orElseThrow());
        }
        Tensor taught = distance(scores, teacher.detach());
        return d == 1
                ? taught
                : taught.mul(new Scalar(d)).add(crossEntropy(scores, labels.orElseThrow()), new Scalar(1 - d));
    }

    private Tensor crossEntropy(Tensor scores, Tensor labels) {
        return torch.cross_entropy_loss(scores, labels, new TensorOptional(), MEAN, IGNORE_NONE, labelSmoothing);
    }

    /** T^2 KL(softmax(t/T) || softmax(s/T)), the mean over the batch. */
    private Tensor distance(Tensor scores, Tensor teacher) {
        Tensor s = torch.log_softmax(scores.div(new Scalar(temperature)), 1);
        Tensor t = torch.log_softmax(teacher.div(new Scalar(temperature)), 1);
        return t.exp().mul(t.sub(s)).sum(1).mean().mul(new Scalar(temperature * temperature));
    }
}
