package espalier.distill;

import espalier.config.Key;
import espalier.config.Method;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Distance-wise relational distillation. Park, Kim, Lu, Cho: Relational Knowledge Distillation, 2019, arXiv:1904.05068, equations 4
 * to 7.
 *
 * <p>psi_ij = ||x_i - x_j|| / mu, mu being the mean distance in the batch: L = the mean over pairs of Huber's loss of psi_s and psi_t.
 *
 * @param student value of the student's graph; the embedding before the last layer when left out
 * @param teacher the teacher's
 */
@Method(
        key = "rkd-distance",
        summary = "match the distances between samples",
        paper = "Park, Kim, Lu, Cho: Relational Knowledge Distillation, 2019, arXiv:1904.05068")
public record RkdDistance(
        @Key("value of the student's graph; the embedding before the last layer when left out")
        List<String> student,

        @Key("value of the teacher's graph") List<String> teacher)
        implements Distillation {
    private static final long SUM = 2;
    private static final double HUBER = 1;
    private static final double TINY = 1e-12;

    public RkdDistance() {
        this(List.of(), List.of());
    }

    @Override
    public Points points() {
        return new Points(Points.Where.EMBEDDING, student, teacher);
    }

    @Override
    public Tensor loss(Views student, Views teacher) {
        Tensor s = relative(student.rows());
        Tensor t = relative(teacher.rows().detach());
        return Rows.times(torch.smooth_l1_loss(s, t, SUM, HUBER), 1 / pairs(s));
    }

    private static Tensor relative(Tensor rows) {
        Tensor d = Rows.distances(rows);
        Tensor mean = Rows.times(d.sum(), 1 / pairs(d));
        return d.div(mean.clamp_min(new Scalar(TINY)));
    }

    private static double pairs(Tensor square) {
        double n = square.size(0);
        return n * (n - 1);
    }

    @Override
    public int fewestSamples() {
        return 3;
    }
}
