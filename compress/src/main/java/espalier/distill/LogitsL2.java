package espalier.distill;

import espalier.config.Method;
import org.bytedeco.pytorch.Tensor;

/**
 * Matching logits directly. Ba, Caruana: Do Deep Nets Really Need to be Deep?, 2014, arXiv:1312.6184, equation 1.
 *
 * <p>L = 1/(2N) sum_n ||s_n - t_n||^2. It is what soft targets tend to at high temperature.
 */
@Method(
        key = "logits",
        summary = "match the teacher's scores before the softmax",
        paper = "Ba, Caruana: Do Deep Nets Really Need to be Deep?, 2014, arXiv:1312.6184")
public record LogitsL2() implements Distillation {
    @Override
    public Tensor loss(Views student, Views teacher) {
        Tensor d = student.logits().sub(teacher.logits().detach());
        return Rows.times(d.mul(d).sum(1).mean(), 0.5);
    }
}
