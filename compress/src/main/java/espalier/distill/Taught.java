package espalier.distill;

import espalier.data.Batches;
import espalier.graph.BadInputException;
import espalier.graph.Model;
import espalier.torch.Program;
import espalier.torch.Tensors;
import espalier.train.CrossEntropy;
import espalier.train.Objective;
import espalier.train.StepViews;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Learning from a teacher, and from labels too where they are given weight: (1 - w) distillation + w cross-entropy, distillation being
 * the weighted sum of one or more losses. With w = 0 unlabelled samples are enough.
 *
 * <p>The teacher sees the same inputs as the student, augmented as they are. It runs in evaluation mode and without gradients, so it
 * never changes; the caller closes it.
 */
public final class Taught implements Objective {
    private final Teacher teacher;
    private final List<Part> parts;
    private final double labelWeight;
    private final CrossEntropy crossEntropy;

    /**
     * One loss of the sum.
     *
     * @param student names of the student's values that it compares, in order
     * @param teacher names of the teacher's
     */
    record Part(Distillation loss, double weight, List<String> student, List<String> teacher) {
        /** A loss of the scores alone. */
        static Part of(Distillation loss) {
            return new Part(loss, 1, List.of(), List.of());
        }

        /** Not on the few samples of a last batch, and not on gradients where none are recorded. */
        boolean says(int samples) {
            return samples >= loss.fewestSamples() && (!loss.differentiates() || GradMode.is_enabled());
        }

        Part weighing(double newWeight) {
            return new Part(loss, newWeight, student, teacher);
        }
    }

    private Taught(Teacher teacher, List<Part> parts, double labelWeight, double labelSmoothing) {
        this.teacher = teacher;
        this.parts = List.copyOf(parts);
        this.labelWeight = labelWeight;
        this.crossEntropy = new CrossEntropy(labelSmoothing);
    }

    /** From the scores of the teacher alone. */
    public static Taught by(Program teacher, Distillation distillation) {
        return by(teacher, distillation, 0, 0);
    }

    /**
     * From the scores of the teacher and from labels.
     *
     * @param labelWeight w, 0..1
     */
    public static Taught by(Program teacher, Distillation distillation, double labelWeight, double labelSmoothing) {
        return by(LiveTeacher.of(teacher), List.of(Part.of(distillation)), labelWeight, labelSmoothing);
    }

    /**
     * The same, with the teacher asked once about every sample and never again: for training that shows a sample always alike and
     * holds none back.
     *
     * @param samples the training data in order
     */
    public Taught knowing(Batches samples) {
        return new Taught(KnownScores.of(teacher, samples), parts, labelWeight, crossEntropy.labelSmoothing());
    }

    static Taught by(Teacher teacher, List<Part> parts, double labelWeight, double labelSmoothing) {
        if (!(labelWeight >= 0 && labelWeight <= 1)) {
            throw BadInputException.of("label-weight must lie between 0 and 1, got %s", labelWeight);
        }
        return new Taught(teacher, parts, labelWeight, labelSmoothing);
    }

    @Override
    public Tensor loss(StepViews views) {
        if (labelWeight == 1 || parts.isEmpty()) {
            return crossEntropy.loss(views);
        }
        Views taught = teach(views);
        Tensor classes =
                views.labelled().orElseGet(() -> taught.logits().detach().argmax(new LongOptional(1), false));
        Views student =
                seen(new Views(views.student(), views.logitsName()), views).withLabels(classes);
        Views its = seen(taught, views).withLabels(classes);
        Tensor distance = parts.stream()
                .filter(p -> p.says(views.samples().length))
                .map(p ->
                        Rows.times(p.loss.loss(student.withFeatures(p.student), its.withFeatures(p.teacher)), p.weight))
                .reduce(Tensor::add)
                .orElseGet(() -> Rows.times(views.logits().sum(), 0));
        if (!Double.isFinite(distance.item_double())) {
            requireFinite(taught);
        }
        return labelWeight == 0
                ? distance
                : distance.mul(new Scalar(1 - labelWeight)).add(crossEntropy.loss(views), new Scalar(labelWeight));
    }

    private Views seen(Views values, StepViews views) {
        return differentiatesInputs()
                ? values.withInput(views.inputs().values().iterator().next())
                : values;
    }

    private Views teach(StepViews views) {
        try (AutoGradMode mode = new AutoGradMode(differentiatesInputs() && GradMode.is_enabled())) {
            Views taught = new Views(teacher.values(views), teacher.logits());
            long[] its = Tensors.shape(taught.logits());
            long[] wanted = Tensors.shape(views.logits());
            if (!Arrays.equals(its, wanted)) {
                throw BadInputException.of(
                        "the teacher's scores '%s' are %s, the student's '%s' are %s: both must have the same classes",
                        teacher.logits(), Arrays.toString(its), views.logitsName(), Arrays.toString(wanted));
            }
            return taught;
        }
    }

    private static void requireFinite(Views taught) {
        for (Map.Entry<String, Tensor> value : taught.values().entrySet()) {
            if (!torch.isfinite(value.getValue()).all().item_bool()) {
                throw BadInputException.of(
                        "the teacher's value '%s' holds numbers that are not finite: is its input normalized as it was"
                                + " trained? espalier eval tells what it is worth",
                        value.getKey());
            }
        }
    }

    /** The same with other weights. */
    Taught weighing(List<Double> weights) {
        List<Part> other = new java.util.ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            other.add(parts.get(i).weighing(weights.get(i)));
        }
        return new Taught(teacher, other, labelWeight, crossEntropy.labelSmoothing());
    }

    /** One of the losses alone, without labels. */
    Taught only(int part) {
        return new Taught(teacher, List.of(parts.get(part).weighing(1)), 0, 0);
    }

    List<Part> parts() {
        return parts;
    }

    @Override
    public List<String> taps(Model student) {
        return parts.stream().flatMap(p -> p.student.stream()).distinct().toList();
    }

    @Override
    public boolean needsLabels() {
        return labelWeight > 0;
    }

    @Override
    public boolean differentiatesInputs() {
        return parts.stream().anyMatch(p -> p.loss.differentiates());
    }

    @Override
    public String identity() {
        return parts + ", label weight " + labelWeight + ", " + crossEntropy;
    }
}
