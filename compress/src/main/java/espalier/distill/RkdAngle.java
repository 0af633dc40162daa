package espalier.distill;

import espalier.config.Key;
import espalier.config.Method;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Angle-wise relational distillation. Park, Kim, Lu, Cho: Relational Knowledge Distillation, 2019, arXiv:1904.05068, equations 8 to 10.
 *
 * <p>psi_ijk = cos of the angle at x_j between x_i and x_k: L = the mean over triplets of Huber's loss of psi_s and psi_t. The paper's
 * RKD-DA is {@code rkd-distance} and this one together.
 *
 * @param student value of the student's graph; the embedding before the last layer when left out
 * @param teacher the teacher's
 */
@Method(
        key = "rkd-angle",
        summary = "match the angles between samples",
        paper = "Park, Kim, Lu, Cho: Relational Knowledge Distillation, 2019, arXiv:1904.05068")
public record RkdAngle(
        @Key("value of the student's graph; the embedding before the last layer when left out")
        List<String> student,

        @Key("value of the teacher's graph") List<String> teacher)
        implements Distillation {
    private static final long SUM = 2;
    private static final double HUBER = 1;

    public RkdAngle() {
        this(List.of(), List.of());
    }

    @Override
    public Points points() {
        return new Points(Points.Where.EMBEDDING, student, teacher);
    }

    @Override
    public Tensor loss(Views student, Views teacher) {
        Tensor s = cosines(student.rows());
        Tensor t = cosines(teacher.rows().detach());
        double n = s.size(0);
        return Rows.times(torch.smooth_l1_loss(s, t, SUM, HUBER), 1 / (n * (n - 1) * (n - 2)));
    }

    /** [j, i, k]; where two of them are the same sample it is 0 or 1 for student and teacher alike. */
    private static Tensor cosines(Tensor rows) {
        Tensor from = rows.unsqueeze(0).sub(rows.unsqueeze(1));
        Tensor e = from.div(Rows.length(from.mul(from)));
        return e.bmm(e.transpose(1, 2));
    }

    @Override
    public int fewestSamples() {
        return 3;
    }
}
