package espalier.distill;

import espalier.config.Key;
import espalier.config.Method;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * Activation-based attention transfer. Zagoruyko, Komodakis: Paying More Attention to Attention, 2017, arXiv:1612.03928, equation 2.
 *
 * <p>With Q = vec(sum over channels of A^2), a number for each place of a map: L = 1/2 sum over stages of ||Q_s/||Q_s|| -
 * Q_t/||Q_t||||^2. The norm of the difference is squared, as in the authors' code, so that it is smooth at zero.
 *
 * @param student values of the student's graph; the ends of all stages when left out
 * @param teacher the teacher's
 */
@Method(
        key = "attention",
        summary = "match where in the image the stages are active",
        paper = "Zagoruyko, Komodakis: Paying More Attention to Attention, 2017, arXiv:1612.03928")
public record Attention(
        @Key("values of the student's graph; the ends of all stages when left out")
        List<String> student,

        @Key("values of the teacher's graph") List<String> teacher)
        implements Distillation {
    public Attention() {
        this(List.of(), List.of());
    }

    @Override
    public Points points() {
        return new Points(Points.Where.STAGES, student, teacher);
    }

    @Override
    public boolean comparesMaps() {
        return true;
    }

    @Override
    public Tensor loss(Views student, Views teacher) {
        List<Tensor> stages = Maps.sameSize(student.features(), teacher.features(), Maps::averaged).stream()
                .map(p -> map(p.student()).sub(map(p.teacher())))
                .map(d -> d.mul(d).sum(1).mean())
                .toList();
        return Rows.times(Maps.sum(stages), 0.5);
    }

    private static Tensor map(Tensor activations) {
        return Rows.unit(Rows.of(activations.mul(activations).sum(1)));
    }
}
