package espalier.distill;

import espalier.config.Key;
import espalier.config.Method;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * The flow of the solution procedure. Yim, Joo, Bae, Kim: A Gift from Knowledge Distillation, 2017, equations 1 and 2.
 *
 * <p>Between two layers F of m and G of n channels, both h x w: FSP_ij = sum over places of F_i G_j / (h w). L = sum over pairs of
 * layers of ||FSP_s - FSP_t||^2, the mean over samples. A pair is two neighbouring stages; the larger map is max-pooled to the size
 * of the smaller. In the paper's first stage this loss trains alone, in the second the task does.
 *
 * @param student values of the student's graph, two or more; the ends of all stages when left out
 * @param teacher the teacher's
 * @param regressor how the widths are made the same, which the paper assumes they are
 */
@Method(
        key = "fsp",
        summary = "match how features flow from stage to stage",
        paper = "Yim, Joo, Bae, Kim: A Gift from Knowledge Distillation: Fast Optimization, Network Minimization and"
                + " Transfer Learning, 2017")
public record Fsp(
        @Key("values of the student's graph, two or more; the ends of all stages when left out")
        List<String> student,

        @Key("values of the teacher's graph") List<String> teacher,
        @Key("how the widths are made the same") Regressor regressor)
        implements Distillation {
    public Fsp() {
        this(List.of(), List.of(), Regressor.LINEAR);
    }

    @Override
    public Points points() {
        return new Points(Points.Where.STAGES, student, teacher);
    }

    @Override
    public boolean goesFirst() {
        return true;
    }

    @Override
    public boolean comparesMaps() {
        return true;
    }

    @Override
    public Tensor loss(Views student, Views teacher) {
        List<Tensor> s = flows(student.features());
        List<Tensor> t = flows(teacher.features());
        List<Tensor> each = new ArrayList<>();
        for (int i = 0; i < s.size(); i++) {
            Tensor d = s.get(i).sub(t.get(i).detach());
            each.add(Rows.of(d.mul(d)).sum(1).mean());
        }
        return Maps.sum(each);
    }

    private static List<Tensor> flows(List<Tensor> layers) {
        List<Tensor> flows = new ArrayList<>();
        for (int i = 0; i + 1 < layers.size(); i++) {
            flows.add(flow(Maps.sameSize(new Maps.Pair(layers.get(i), layers.get(i + 1)), Maps::strongest)));
        }
        return flows;
    }

    private static Tensor flow(Maps.Pair layers) {
        Tensor f = layers.student().flatten(2, -1);
        Tensor g = layers.teacher().flatten(2, -1);
        return f.bmm(g.transpose(1, 2)).div(new Scalar((double) f.size(2)));
    }
}
