package espalier.distill;

import espalier.config.Key;
import espalier.config.Method;
import espalier.graph.BadInputException;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Correlation congruence. Peng, Jin, Liu, Zhou, Wu, Liu, Zhang, Zhou, Li: Correlation Congruence for Knowledge Distillation, 2019,
 * arXiv:1904.01802, equations 4 and 8.
 *
 * <p>C_ij = sum over p = 0..P of exp(-2 gamma) (2 gamma)^p / p! (x_i . x_j)^p of embeddings of unit length, the Taylor series of a
 * Gaussian kernel: L = 1/n^2 ||C_s - C_t||^2.
 *
 * @param gamma of the kernel exp(-gamma |x - y|^2)
 * @param order P
 * @param student value of the student's graph; the embedding before the last layer when left out
 * @param teacher the teacher's
 */
@Method(
        key = "correlation",
        summary = "match how samples of a batch correlate under a Gaussian kernel",
        paper =
                "Peng, Jin, Liu, Zhou, Wu, Liu, Zhang, Zhou, Li: Correlation Congruence for Knowledge Distillation, 2019,"
                        + " arXiv:1904.01802")
public record CorrelationCongruence(
        @Key("width of the kernel exp(-gamma |x - y|^2)") double gamma,
        @Key("terms of the kernel's series after the first") int order,

        @Key("value of the student's graph; the embedding before the last layer when left out")
        List<String> student,

        @Key("value of the teacher's graph") List<String> teacher)
        implements Distillation {
    public CorrelationCongruence() {
        this(0.4, 2, List.of(), List.of());
    }

    public CorrelationCongruence {
        Demand.positive("gamma", gamma);
        if (order < 1) {
            throw BadInputException.of("order must be at least 1, got %d", order);
        }
    }

    @Override
    public Points points() {
        return new Points(Points.Where.EMBEDDING, student, teacher);
    }

    @Override
    public Tensor loss(Views student, Views teacher) {
        return Rows.meanSquare(kernel(student.rows()).sub(kernel(teacher.rows().detach())));
    }

    private Tensor kernel(Tensor rows) {
        Tensor unit = Rows.unit(rows);
        Tensor cosine = unit.matmul(unit.t());
        Tensor power = torch.ones_like(cosine);
        Tensor sum = power;
        double factor = 1;
        for (int p = 1; p <= order; p++) {
            power = power.mul(cosine);
            factor *= 2 * gamma / p;
            sum = sum.add(power, new Scalar(factor));
        }
        return Rows.times(sum, Math.exp(-2 * gamma));
    }

    @Override
    public int fewestSamples() {
        return 2;
    }
}
