package espalier.distill;

import espalier.config.Method;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Gradient-based attention transfer. Zagoruyko, Komodakis: Paying More Attention to Attention, 2017, arXiv:1612.03928, equations 3
 * and 4.
 *
 * <p>With J = d cross-entropy / d x, how each pixel sways the loss: L = 1/2 ||J_s - J_t||^2, the mean over samples. It costs a second
 * derivative of the student and a backward pass of the teacher. Where samples have no label, the teacher's guess stands for it.
 */
@Method(
        key = "gradient-attention",
        summary = "match how each input pixel sways the loss",
        paper = "Zagoruyko, Komodakis: Paying More Attention to Attention, 2017, arXiv:1612.03928")
public record GradientAttention() implements Distillation {
    private static final long SUM = 2;
    private static final long IGNORE_NONE = -100;

    @Override
    public boolean differentiates() {
        return true;
    }

    @Override
    public Tensor loss(Views student, Views teacher) {
        Tensor d = Rows.of(gradient(student, true).sub(gradient(teacher, false).detach()));
        return Rows.times(d.mul(d).sum(1).mean(), 0.5);
    }

    private static Tensor gradient(Views views, boolean again) {
        Tensor loss = torch.cross_entropy_loss(
                views.logits(), views.labels().orElseThrow(), new TensorOptional(), SUM, IGNORE_NONE, 0);
        TensorVector inputs = new TensorVector(views.input().orElseThrow());
        return torch.grad(new TensorVector(loss), inputs, new TensorVector(), new BoolOptional(true), again, false)
                .get(0);
    }
}
