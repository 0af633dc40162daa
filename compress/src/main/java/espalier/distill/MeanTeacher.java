package espalier.distill;

import espalier.graph.BadInputException;
import espalier.torch.Tensors;
import espalier.train.StepViews;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * Several teachers whose scores are averaged. At every temperature their softmax is the geometric mean of those of the teachers,
 * normalized: Hinton, Vinyals, Dean: Distilling the Knowledge in a Neural Network, 2015, arXiv:1503.02531, section 1.
 *
 * @param teachers two or more
 */
record MeanTeacher(List<Teacher> teachers) implements Teacher {
    @Override
    public String logits() {
        return teachers.get(0).logits();
    }

    @Override
    public Map<String, Tensor> values(StepViews step) {
        List<Tensor> scores = teachers.stream().map(t -> scores(t, step)).toList();
        for (Tensor s : scores) {
            if (!Arrays.equals(Tensors.shape(s), Tensors.shape(scores.get(0)))) {
                throw BadInputException.of(
                        "teacher: their scores are %s and %s: average teachers of the same classes",
                        Arrays.toString(Tensors.shape(scores.get(0))), Arrays.toString(Tensors.shape(s)));
            }
        }
        return Map.of(logits(), Rows.times(Maps.sum(scores), 1.0 / scores.size()));
    }

    private static Tensor scores(Teacher teacher, StepViews step) {
        return java.util.Objects.requireNonNull(teacher.values(step).get(teacher.logits()), teacher.logits());
    }

    @Override
    public void close() {
        teachers.forEach(Teacher::close);
    }
}
