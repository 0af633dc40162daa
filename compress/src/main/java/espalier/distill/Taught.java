package espalier.distill;

import espalier.data.Batches;
import espalier.graph.BadInputException;
import espalier.torch.Mode;
import espalier.torch.Program;
import espalier.torch.Tensors;
import espalier.train.CrossEntropy;
import espalier.train.Logits;
import espalier.train.Objective;
import espalier.train.StepViews;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Learning from a teacher, and from labels too where they are given weight: (1 - w) distillation + w cross-entropy. With w = 0
 * unlabelled samples are enough.
 *
 * <p>The teacher sees the same inputs as the student, augmented as they are. It runs in evaluation mode and without gradients, so it
 * never changes; the caller closes it.
 */
public final class Taught implements Objective {
    private final Program teacher;
    private final Distillation distillation;
    private final double labelWeight;
    private final CrossEntropy crossEntropy;
    private final String logits;
    private final Optional<KnownScores> known;

    private Taught(
            Program teacher,
            Distillation distillation,
            double labelWeight,
            CrossEntropy crossEntropy,
            Optional<KnownScores> known) {
        this.teacher = teacher;
        this.distillation = distillation;
        this.labelWeight = labelWeight;
        this.crossEntropy = crossEntropy;
        this.logits = Logits.of(teacher.model().graph());
        this.known = known;
    }

    /** From the teacher alone. */
    public static Taught by(Program teacher, Distillation distillation) {
        return by(teacher, distillation, 0, 0);
    }

    /**
     * From the teacher and from labels.
     *
     * @param labelWeight w, 0..1
     */
    public static Taught by(Program teacher, Distillation distillation, double labelWeight, double labelSmoothing) {
        if (!(labelWeight >= 0 && labelWeight <= 1)) {
            throw BadInputException.of("label-weight must lie between 0 and 1, got %s", labelWeight);
        }
        return new Taught(teacher, distillation, labelWeight, new CrossEntropy(labelSmoothing), Optional.empty());
    }

    /**
     * The same, with the teacher asked once about every sample and never again: for training that shows a sample always alike and
     * holds none back.
     *
     * @param samples the training data in order
     */
    public Taught knowing(Batches samples) {
        return new Taught(
                teacher,
                distillation,
                labelWeight,
                crossEntropy,
                Optional.of(KnownScores.of(teacher, logits, samples)));
    }

    @Override
    public Tensor loss(StepViews views) {
        if (labelWeight == 1) {
            return crossEntropy.loss(views);
        }
        Views student = new Views(views.student(), views.logitsName());
        Tensor distance = distillation.loss(student, teach(views));
        return labelWeight == 0
                ? distance
                : distance.mul(new Scalar(1 - labelWeight)).add(crossEntropy.loss(views), new Scalar(labelWeight));
    }

    private Views teach(StepViews views) {
        try (AutoGradMode noGrad = new AutoGradMode(false)) {
            Views taught = new Views(scores(views), logits);
            long[] its = Tensors.shape(taught.logits());
            long[] wanted = Tensors.shape(views.logits());
            if (!Arrays.equals(its, wanted)) {
                throw BadInputException.of(
                        "the teacher's scores '%s' are %s, the student's '%s' are %s: both must have the same classes",
                        logits, Arrays.toString(its), views.logitsName(), Arrays.toString(wanted));
            }
            return taught;
        }
    }

    private Map<String, Tensor> scores(StepViews views) {
        return known.map(k -> Map.of(logits, k.of(views.samples())))
                .orElseGet(() -> teacher.run(views.inputs(), Mode.EVAL, List.of(logits)));
    }

    @Override
    public boolean needsLabels() {
        return labelWeight > 0;
    }

    @Override
    public String identity() {
        return distillation + ", label weight " + labelWeight + ", " + crossEntropy;
    }
}
