package espalier.distill;

import espalier.train.CrossEntropy;
import espalier.train.Objective;
import espalier.train.StepViews;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;

/**
 * Several students in one graph, each learning from the labels and from the mean over the others: cross-entropy + (1 - w) / w
 * distillation, which at w = 1/2 is the objective of deep mutual learning ({@link Mutual}). Cross-entropy counts whole, since at the
 * start nobody knows better than the labels.
 *
 * @param scores of each student by name
 * @param losses of the scores, with one weight each
 * @param labelWeight w, 0..1; 0 for distillation alone
 */
record Peers(
        List<String> scores, List<Distillation> losses, List<Double> weights, double labelWeight, double labelSmoothing)
        implements Objective {
    @Override
    public Tensor loss(StepViews step) {
        double ofOthers = labelWeight == 0 ? 1 : (1 - labelWeight) / labelWeight;
        List<Tensor> all = new ArrayList<>();
        for (String its : scores) {
            if (labelWeight > 0) {
                all.add(crossEntropy(step, its));
            }
            for (String other : scores) {
                if (!other.equals(its) && ofOthers > 0) {
                    all.add(Rows.times(distance(step, its, other), ofOthers / (scores.size() - 1)));
                }
            }
        }
        return Maps.sum(all);
    }

    private Tensor crossEntropy(StepViews step, String its) {
        return new CrossEntropy(labelSmoothing)
                .loss(new StepViews(
                        step.inputs(),
                        step.student(),
                        its,
                        step.labelled(),
                        step.samples(),
                        step.epoch(),
                        step.step()));
    }

    private Tensor distance(StepViews step, String its, String other) {
        Views student = views(step, its);
        Views teacher = views(step, other);
        Tensor classes =
                step.labelled().orElseGet(() -> teacher.logits().detach().argmax(new LongOptional(1), false));
        return IntStream.range(0, losses.size())
                .filter(i -> step.samples().length >= losses.get(i).fewestSamples())
                .mapToObj(i -> Rows.times(
                        losses.get(i).loss(student.withLabels(classes), teacher.withLabels(classes)), weights.get(i)))
                .reduce(Tensor::add)
                .orElseGet(() -> Rows.times(student.logits().sum(), 0));
    }

    private static Views views(StepViews step, String name) {
        return new Views(Map.of(name, step.student(name)), name).withFeatures(List.of(name));
    }

    @Override
    public List<String> taps(espalier.graph.Model student) {
        return scores;
    }

    @Override
    public boolean needsLabels() {
        return labelWeight > 0;
    }
}
