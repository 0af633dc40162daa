package espalier.quantize;

import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.torch.Program;
import espalier.torch.Tensors;
import espalier.train.Parametrization;
import espalier.work.Variation;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Training of the values behind labels: each weight is seen as the value its label stands for, so that the gradient of a value is the sum
 * over its weights (Deep Compression, section 3.3). Label 0 is the zero that stays one. Where labels may change, the weights behind them
 * learn by the straight-through estimator, and take the nearest value before each epoch.
 */
final class CentroidTraining implements Parametrization, Variation {
    private static final String LABELS = "labels";

    private final Map<String, Codes> codes;
    private final Cluster settings;

    CentroidTraining(Map<String, Codes> codes, Cluster settings) {
        this.codes = codes;
        this.settings = settings;
    }

    @Override
    public Parametrization parametrization() {
        return this;
    }

    private static String codebook(String parameter) {
        return parameter + ".codebook";
    }

    @Override
    public void prepare(Program program) {
        codes.forEach((name, c) ->
                program.learn(codebook(name), Tensor.floats(Shape.of(c.values().length), c.values())));
    }

    @Override
    public void begin(Program program, Memory memory) {
        codes.forEach((name, c) -> {
            var values = parameter(program, codebook(name));
            var labels = memory.of(LABELS, name, () -> labels(parameter(program, name), c));
            boolean moving = settings.reassign() == Cluster.Reassign.EPOCH;
            program.parametrize(name, w -> {
                var seen = gathered(values, labels, w);
                return moving ? seen.add(w.sub(w.detach())) : seen;
            });
        });
    }

    private static org.bytedeco.pytorch.Tensor parameter(Program program, String name) {
        return Objects.requireNonNull(program.parameters().get(name), name);
    }

    private static org.bytedeco.pytorch.Tensor labels(org.bytedeco.pytorch.Tensor like, Codes c) {
        float[] labels = new float[c.labels().length];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = c.labels()[i] + 1;
        }
        return Tensors.of(Tensor.floats(Shape.of(Tensors.shape(like)), labels));
    }

    private static org.bytedeco.pytorch.Tensor gathered(
            org.bytedeco.pytorch.Tensor values, org.bytedeco.pytorch.Tensor labels, org.bytedeco.pytorch.Tensor like) {
        TensorVector parts = new TensorVector();
        parts.push_back(torch.zeros_like(values.detach().narrow(0, 0, 1)));
        parts.push_back(values);
        return torch.cat(parts, 0)
                .index_select(0, labels.reshape(-1).to(ScalarType.Long))
                .reshape(Tensors.shape(like));
    }

    @Override
    public void before(Program program, Memory memory, When when) {
        boolean epoch = when.step() > 0 && when.step() % when.perEpoch() == 0;
        if (epoch && settings.reassign() == Cluster.Reassign.EPOCH) {
            codes.forEach((name, c) -> reassign(program, memory, name, c));
        }
    }

    private void reassign(Program program, Memory memory, String name, Codes c) {
        float[] w = Tensors.toHost(parameter(program, name)).toFloats();
        float[] values = Tensors.toHost(parameter(program, codebook(name))).toFloats();
        int[] labels = new int[w.length];
        for (int i = 0; i < w.length; i++) {
            labels[i] = c.labels()[i] < 0 ? -1 : nearest(values, w[i]);
        }
        var now = memory.of(LABELS, name, () -> labels(parameter(program, name), c));
        now.copy_(labels(parameter(program, name), new Codes(values, labels)));
    }

    private static int nearest(float[] values, float w) {
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            best = Math.abs(values[i] - w) < Math.abs(values[best] - w) ? i : best;
        }
        return best;
    }

    @Override
    public void end(Program program, Memory memory) {
        codes.forEach((name, c) -> {
            var values = parameter(program, codebook(name)).detach();
            if (settings.half()) {
                values.copy_(values.to(ScalarType.Half));
            }
            var labels = memory.of(LABELS, name, () -> labels(parameter(program, name), c));
            var w = parameter(program, name).detach();
            w.copy_(gathered(values, labels, w));
            program.parametrize(name, UnaryOperator.identity());
        });
    }

    @Override
    public boolean owns(String parameter) {
        return codes.containsKey(parameter);
    }

    @Override
    public String identity() {
        StringBuilder text = new StringBuilder(settings.toString());
        codes.forEach((name, c) -> text.append(' ').append(name).append(' ').append(Arrays.hashCode(c.labels())));
        return text.toString();
    }
}
