package espalier.distill;

import espalier.config.Key;
import espalier.config.Method;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * Hints. Romero, Ballas, Kahou, Chassang, Gatta, Bengio: FitNets: Hints for Thin Deep Nets, 2015, arXiv:1412.6550, equation 3.
 *
 * <p>L = 1/2 ||u(x) - r(v(x))||^2, u being the teacher's hint layer, v the student's guided layer and r the regressor; here the mean
 * over the elements, so that it does not depend on the size of the map. In the paper's first stage it trains the layers up to the
 * guided one, in the second the whole network learns from soft targets.
 *
 * @param student the guided layer; the end of the middle stage when left out
 * @param teacher the hint layer
 * @param regressor how the widths are made the same
 */
@Method(
        key = "hint",
        summary = "match a layer in the middle through a regressor that is dropped afterwards",
        paper =
                "Romero, Ballas, Kahou, Chassang, Gatta, Bengio: FitNets: Hints for Thin Deep Nets, 2015, arXiv:1412.6550")
public record Hint(
        @Key("value of the student's graph, the guided layer; that in the middle when left out")
        List<String> student,

        @Key("value of the teacher's graph, the hint layer") List<String> teacher,

        @Key("how the widths are made the same") Regressor regressor)
        implements Distillation {
    public Hint() {
        this(List.of(), List.of(), Regressor.CONVOLUTION);
    }

    @Override
    public Points points() {
        return new Points(Points.Where.MIDDLE, student, teacher);
    }

    @Override
    public boolean goesFirst() {
        return true;
    }

    @Override
    public Tensor loss(Views student, Views teacher) {
        return Maps.mean(
                Maps.sameSize(student.features(), teacher.features(), Maps::averaged),
                (s, t) -> Rows.times(Rows.meanSquare(s.sub(t)), 0.5));
    }
}
