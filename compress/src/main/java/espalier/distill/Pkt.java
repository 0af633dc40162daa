package espalier.distill;

import espalier.config.Key;
import espalier.config.Method;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;

/**
 * Probabilistic knowledge transfer. Passalis, Tefas: Learning Deep Representations with Probabilistic Knowledge Transfer, 2018,
 * arXiv:1803.10837, equations 3, 4 and 7.
 *
 * <p>With K(a, b) = (cos(a, b) + 1) / 2, p_j|i = K(x_i, x_j) / sum over k != i of K(x_i, x_k): L = 1/N sum_i sum over j != i of
 * p^t_j|i log(p^t_j|i / p^s_j|i).
 *
 * @param student values of the student's graph; the scores when left out
 * @param teacher the teacher's
 */
@Method(
        key = "pkt",
        summary = "match the probabilities that samples of a batch are neighbours",
        paper = "Passalis, Tefas: Learning Deep Representations with Probabilistic Knowledge Transfer, 2018,"
                + " arXiv:1803.10837")
public record Pkt(
        @Key("value of the student's graph; the scores when left out")
        List<String> student,

        @Key("value of the teacher's graph") List<String> teacher)
        implements Distillation {
    private static final double TINY = 1e-7;

    public Pkt() {
        this(List.of(), List.of());
    }

    @Override
    public Points points() {
        return new Points(Points.Where.SCORES, student, teacher);
    }

    @Override
    public Tensor loss(Views student, Views teacher) {
        Tensor p = neighbours(teacher.rows().detach());
        Tensor q = neighbours(student.rows());
        return p.mul(log(p).sub(log(q))).sum(1).mean();
    }

    private static Tensor neighbours(Tensor rows) {
        Tensor unit = Rows.unit(rows);
        Tensor cosine = unit.matmul(unit.t());
        Tensor kernel = Rows.times(cosine.add(new Scalar(1.0)), 0.5).mul(Rows.othersOf(cosine));
        Tensor sum = kernel.sum(new long[] {1}, true, new ScalarTypeOptional());
        return kernel.div(sum.clamp_min(new Scalar(TINY)));
    }

    private static Tensor log(Tensor p) {
        return p.clamp_min(new Scalar(TINY)).log();
    }

    @Override
    public int fewestSamples() {
        return 3;
    }
}
