package espalier.dynamic;

import espalier.graph.Model;
import espalier.train.Objective;
import espalier.train.StepViews;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * The loss of all widths together, L_1 + sum_w Pupil_w, where every narrower width w has the widest as its teacher: in-place
 * distillation. Yu, Huang: Universally Slimmable Networks, 2019, arXiv:1903.05134, algorithm 1.
 *
 * @param widest what the widest makes small
 * @param narrower scores of the narrower widths
 */
record SlimLoss(Objective widest, List<String> narrower, Pupil pupil) implements Objective {
    @Override
    public Tensor loss(StepViews views) {
        Tensor sum = widest.loss(views);
        for (String scores : narrower) {
            sum = sum.add(pupil.loss(views.student(scores), views.logits(), views.labelled()));
        }
        return sum;
    }

    @Override
    public List<String> taps(Model student) {
        List<String> taps = new ArrayList<>(widest.taps(student));
        taps.addAll(narrower);
        return taps;
    }

    @Override
    public boolean needsLabels() {
        return widest.needsLabels();
    }

    @Override
    public String identity() {
        return widest.identity() + ", widths " + narrower + " " + pupil;
    }
}
