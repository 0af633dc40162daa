package espalier.distill;

import espalier.config.Key;
import espalier.config.Method;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * Similarity-preserving distillation. Tung, Mori: Similarity-Preserving Knowledge Distillation, 2019, arXiv:1907.09682, equations 1 to
 * 4.
 *
 * <p>Q is the feature of a batch of b samples, a row each; G = Q Q^T with rows of unit length: L = 1/b^2 ||G_s - G_t||^2.
 *
 * @param student value of the student's graph; the end of the last stage when left out
 * @param teacher the teacher's
 */
@Method(
        key = "similarity",
        summary = "match which samples of a batch activate the network alike",
        paper = "Tung, Mori: Similarity-Preserving Knowledge Distillation, 2019, arXiv:1907.09682")
public record SimilarityPreserving(
        @Key("value of the student's graph; the end of the last stage when left out")
        List<String> student,

        @Key("value of the teacher's graph") List<String> teacher)
        implements Distillation {
    public SimilarityPreserving() {
        this(List.of(), List.of());
    }

    @Override
    public Points points() {
        return new Points(Points.Where.LAST, student, teacher);
    }

    @Override
    public Tensor loss(Views student, Views teacher) {
        return Rows.meanSquare(
                similarities(student.rows()).sub(similarities(teacher.rows().detach())));
    }

    private static Tensor similarities(Tensor rows) {
        return Rows.unit(rows.matmul(rows.t()));
    }

    @Override
    public int fewestSamples() {
        return 2;
    }
}
