package espalier.quantize;

import espalier.graph.Model;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.torch.Program;
import espalier.train.Parametrization;
import espalier.work.Variation;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Scalar;

/** Training in which some weights are seen as two or three values. */
final class BinaryTraining implements Parametrization, Variation {
    private final Binarization method;
    private final Map<String, Tensor> weights;

    /**
     * @param names of the weights
     * @param model as it is before training
     */
    BinaryTraining(Binarization method, List<String> names, Model model) {
        this.method = method;
        this.weights = new java.util.LinkedHashMap<>();
        names.forEach(n -> weights.put(n, model.graph().constant(n).orElseThrow()));
    }

    @Override
    public Parametrization parametrization() {
        return this;
    }

    @Override
    public void prepare(Program program) {
        weights.forEach((name, w) -> {
            List<Float> scales = method.scales(w.toFloats());
            if (!scales.isEmpty()) {
                float[] all = new float[scales.size()];
                for (int i = 0; i < all.length; i++) {
                    all[i] = scales.get(i);
                }
                program.learn(name + ".scales", Tensor.floats(Shape.of(all.length), all));
            }
        });
    }

    private static org.bytedeco.pytorch.Tensor parameter(Program program, String name) {
        return Objects.requireNonNull(program.parameters().get(name), name);
    }

    /** A parameter's scales, or the parameter again where it has none. */
    private static org.bytedeco.pytorch.Tensor scales(Program program, String name) {
        return program.parameters().getOrDefault(name + ".scales", parameter(program, name));
    }

    @Override
    public void begin(Program program, Memory memory) {
        weights.keySet().forEach(name -> {
            var scales = scales(program, name);
            program.parametrize(name, w -> method.seen(w, scales));
        });
        clip(program);
    }

    @Override
    public void before(Program program, Memory memory, When when) {
        clip(program);
    }

    private void clip(Program program) {
        weights.forEach((name, w) -> {
            double bound = method.bound(w.shape().toArray());
            if (Double.isFinite(bound)) {
                parameter(program, name).detach().clamp_(scalar(-bound), scalar(bound));
            }
        });
    }

    private static org.bytedeco.pytorch.ScalarOptional scalar(double value) {
        return new org.bytedeco.pytorch.ScalarOptional(new Scalar(value));
    }

    @Override
    public void end(Program program, Memory memory) {
        weights.keySet().forEach(name -> {
            var w = parameter(program, name).detach();
            w.copy_(method.last(w, scales(program, name)));
            program.parametrize(name, UnaryOperator.identity());
        });
    }

    @Override
    public boolean owns(String parameter) {
        return weights.containsKey(parameter);
    }

    @Override
    public String identity() {
        return method + " " + weights.keySet();
    }
}
