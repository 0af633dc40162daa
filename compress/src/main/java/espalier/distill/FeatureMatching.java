package espalier.distill;

import espalier.config.Key;
import espalier.config.Method;
import espalier.graph.BadInputException;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * Matching features. Johnson, Alahi, Fei-Fei: Perceptual Losses for Real-Time Style Transfer and Super-Resolution, 2016,
 * arXiv:1603.08155, equation 2: L = 1/(CHW) ||s - t||^2, the mean over the stages; other distances by choice.
 *
 * @param distance between two features
 * @param student values of the student's graph; the ends of all stages when left out
 * @param teacher the teacher's
 * @param regressor how the widths are made the same
 */
@Method(
        key = "features",
        summary = "match features at the end of every stage by a distance of choice",
        paper = "Johnson, Alahi, Fei-Fei: Perceptual Losses for Real-Time Style Transfer and Super-Resolution, 2016,"
                + " arXiv:1603.08155")
public record FeatureMatching(
        @Key("how far two features are apart") Distance distance,

        @Key("values of the student's graph; the ends of all stages when left out")
        List<String> student,

        @Key("values of the teacher's graph") List<String> teacher,
        @Key("how the widths are made the same") Regressor regressor)
        implements Distillation {
    public FeatureMatching() {
        this(Distance.L2, List.of(), List.of(), Regressor.LINEAR);
    }

    public FeatureMatching {
        if (regressor == Regressor.CONVOLUTION) {
            throw new BadInputException("regressor convolution is for hint: take linear, or none for equal widths");
        }
    }

    @Override
    public Points points() {
        return new Points(Points.Where.STAGES, student, teacher);
    }

    @Override
    public Tensor loss(Views student, Views teacher) {
        return Maps.mean(
                Maps.sameSize(student.features(), teacher.features(), Maps::averaged),
                (s, t) -> distance.between(Rows.of(s), Rows.of(t)));
    }
}
