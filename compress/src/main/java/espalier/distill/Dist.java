package espalier.distill;

import espalier.config.Key;
import espalier.config.Method;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Correlation of probabilities between classes and between samples. Huang, You, Wang, Qian, Xu: Knowledge Distillation from A
 * Stronger Teacher, 2022, arXiv:2205.10536, equations 5 to 10.
 *
 * <p>With Y = softmax(logits/T) of a batch and rho Pearson's correlation: L = T^2 (beta mean_n (1 - rho(Y_s[n,:], Y_t[n,:])) + gamma
 * mean_k (1 - rho(Y_s[:,k], Y_t[:,k]))). T^2 as in soft targets.
 *
 * @param beta weight of the relation between classes, sample by sample
 * @param gamma weight of the relation between samples, class by class
 * @param temperature T
 */
@Method(
        key = "dist",
        summary = "match how a batch's probabilities correlate between classes and between samples",
        paper = "Huang, You, Wang, Qian, Xu: Knowledge Distillation from A Stronger Teacher, 2022, arXiv:2205.10536")
public record Dist(
        @Key("weight of the relation between classes") double beta,
        @Key("weight of the relation between samples") double gamma,
        @Key("softens the probabilities; 1 leaves them") double temperature)
        implements Distillation {
    public Dist() {
        this(2, 2, 4);
    }

    public Dist {
        Demand.notNegative("beta", beta);
        Demand.notNegative("gamma", gamma);
        Demand.positive("temperature", temperature);
    }

    @Override
    public Tensor loss(Views student, Views teacher) {
        Tensor s = Rows.logSoftmax(student.logits(), temperature).exp();
        Tensor t = Rows.logSoftmax(teacher.logits().detach(), temperature).exp();
        Tensor classes = distance(s, t);
        Tensor samples = distance(s.t(), t.t());
        return Rows.times(Rows.times(classes, beta).add(samples, new Scalar(gamma)), temperature * temperature);
    }

    /** The mean over the rows of 1 - rho. */
    private static Tensor distance(Tensor a, Tensor b) {
        Tensor rho =
                Rows.unit(Rows.centered(a)).mul(Rows.unit(Rows.centered(b))).sum(1);
        return rho.neg().add(new Scalar(1.0)).mean();
    }

    @Override
    public int fewestSamples() {
        return 2;
    }

    @Override
    public boolean scaledAsLabels() {
        return true;
    }

    @Override
    public int fewestClasses() {
        return 3;
    }
}
