package espalier.distill;

import espalier.config.Key;
import espalier.config.Method;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Decoupled knowledge distillation. Zhao, Cui, Song, Qiu, Liang: Decoupled Knowledge Distillation, 2022, arXiv:2203.08679, equation 7.
 *
 * <p>With b = (p_c, 1 - p_c) for the class c of the sample and q the softmax over all other classes, all at temperature T: L = T^2
 * (alpha KL(b_t || b_s) + beta KL(q_t || q_s)). Where samples have no label, c is the teacher's guess.
 *
 * @param alpha weight of how sure the teacher is of the class
 * @param beta weight of how it sees the other classes
 * @param temperature T
 */
@Method(
        key = "decoupled",
        summary = "match the certainty of the class and the order of the others apart",
        paper = "Zhao, Cui, Song, Qiu, Liang: Decoupled Knowledge Distillation, 2022, arXiv:2203.08679")
public record DecoupledTargets(
        @Key("weight of the certainty of the class") double alpha,
        @Key("weight of the other classes among themselves") double beta,
        @Key("softens the probabilities; 1 leaves them") double temperature)
        implements Distillation {
    /** Stands for minus infinity, but times zero is zero. */
    private static final double NEVER = -1e9;

    public DecoupledTargets() {
        this(1, 8, 4);
    }

    public DecoupledTargets {
        Demand.notNegative("alpha", alpha);
        Demand.notNegative("beta", beta);
        Demand.positive("temperature", temperature);
    }

    @Override
    public Tensor loss(Views student, Views teacher) {
        Tensor c = student.labels().orElseThrow(() -> new IllegalStateException("no classes are given"));
        Tensor s = student.logits().div(new Scalar(temperature));
        Tensor t = teacher.logits().detach().div(new Scalar(temperature));
        Tensor certainty = Rows.divergence(binary(t, c), binary(s, c));
        Tensor others = Rows.divergence(others(t, c), others(s, c));
        return Rows.times(Rows.times(certainty, alpha).add(others, new Scalar(beta)), temperature * temperature);
    }

    /** The logarithms of p_c and 1 - p_c, [N, 2]. */
    private static Tensor binary(Tensor logits, Tensor classes) {
        Tensor log = torch.log_softmax(logits, 1);
        Tensor its = log.gather(1, classes.unsqueeze(1));
        Tensor rest = torch.logsumexp(without(log, classes), new long[] {1}, true);
        return torch.cat(new org.bytedeco.pytorch.TensorVector(its, rest), 1);
    }

    private static Tensor others(Tensor logits, Tensor classes) {
        return torch.log_softmax(without(logits, classes), 1);
    }

    private static Tensor without(Tensor t, Tensor classes) {
        return t.scatter(1, classes.unsqueeze(1), new Scalar(NEVER));
    }

    @Override
    public int fewestClasses() {
        return 3;
    }
}
