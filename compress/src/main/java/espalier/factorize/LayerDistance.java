package espalier.factorize;

import espalier.torch.Mode;
import espalier.torch.Program;
import espalier.train.Objective;
import espalier.train.StepViews;
import espalier.work.Variation;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * How far the outputs of some layers are from the original's: the mean over layers of |Y - Y'|^2 / |Y|^2. Labels do not count.
 *
 * @param teacher the original, which the caller closes
 * @param values the layers' outputs, which both networks call the same
 */
record LayerDistance(Program teacher, List<String> values) implements Objective, Variation {
    @Override
    public Objective objective(Objective plain, Program program) {
        return this;
    }

    @Override
    public List<String> taps(espalier.graph.Model student) {
        return values;
    }

    @Override
    public Tensor loss(StepViews views) {
        Map<String, Tensor> wanted;
        try (AutoGradMode noGrad = new AutoGradMode(false)) {
            wanted = teacher.run(views.inputs(), Mode.EVAL, values);
        }
        Tensor sum = distance(Objects.requireNonNull(wanted.get(values.get(0))), views.student(values.get(0)));
        for (String v : values.subList(1, values.size())) {
            sum = sum.add(distance(Objects.requireNonNull(wanted.get(v)), views.student(v)));
        }
        return sum.div(new Scalar((double) values.size()));
    }

    private static Tensor distance(Tensor wanted, Tensor made) {
        Tensor apart = wanted.sub(made);
        return apart.mul(apart).sum().div(wanted.mul(wanted).sum().add(new Scalar(1e-12)));
    }

    @Override
    public String identity() {
        return "layer distance of " + values;
    }
}
