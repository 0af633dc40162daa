package espalier.distill;

import espalier.config.Key;
import espalier.config.Method;
import espalier.graph.BadInputException;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Soft targets. Hinton, Vinyals, Dean: Distilling the Knowledge in a Neural Network, 2015, arXiv:1503.02531.
 *
 * <p>L = T^2 KL(softmax(t/T) || softmax(s/T)); T^2 keeps the gradient's size independent of T (section 2).
 *
 * @param temperature T; 4 by default, as in the usual CIFAR-100 benchmarks
 */
@Method(
        key = "soft-targets",
        summary = "match the teacher's class probabilities, softened by a temperature",
        paper = "Hinton, Vinyals, Dean: Distilling the Knowledge in a Neural Network, 2015, arXiv:1503.02531")
public record SoftTargets(
        @Key("softens the probabilities; 1 leaves them") double temperature) implements Distillation {
    public SoftTargets() {
        this(4);
    }

    public SoftTargets {
        if (!(temperature > 0)) {
            throw BadInputException.of("temperature must be above 0, got %s", temperature);
        }
    }

    @Override
    public Tensor loss(Views student, Views teacher) {
        Tensor s = logSoftmax(student.logits());
        Tensor t = logSoftmax(teacher.logits().detach());
        Tensor kl = t.exp().mul(t.sub(s)).sum(1).mean();
        return kl.mul(new Scalar(temperature * temperature));
    }

    private Tensor logSoftmax(Tensor logits) {
        return torch.log_softmax(logits.div(new Scalar(temperature)), 1);
    }
}
