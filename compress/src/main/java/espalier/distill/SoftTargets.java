package espalier.distill;

import espalier.config.Key;
import espalier.config.Method;
import org.bytedeco.pytorch.Tensor;

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
        Demand.positive("temperature", temperature);
    }

    @Override
    public Tensor loss(Views student, Views teacher) {
        Tensor s = Rows.logSoftmax(student.logits(), temperature);
        Tensor t = Rows.logSoftmax(teacher.logits().detach(), temperature);
        return Rows.times(Rows.divergence(t, s), temperature * temperature);
    }

    @Override
    public boolean scaledAsLabels() {
        return true;
    }

    @Override
    public int fewestClasses() {
        return 2;
    }
}
