package espalier.quantize;

import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.torch.FakeQuantize;
import espalier.torch.Program;
import espalier.torch.Tensors;
import espalier.train.Parametrization;
import espalier.work.Variation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.global.torch;

/**
 * Training sees weights on their grids, and learns the steps of all grids where it shall. Weights of a pruned layer that are zero stay
 * zero: a mask is part of what is seen.
 */
final class Steps implements Parametrization, Variation {
    /** A layer of which fewer weights are zero was not pruned. */
    private static final double PRUNED = 0.01;

    private static final double LEAST = 1e-8;

    private final Model model;
    private final List<Weighted> layers;
    private final Map<String, Bits> bits;
    private final Map<String, Double> features;
    private final Map<String, Double> largest;
    private final boolean learned;
    private final Map<String, float[]> scales = new LinkedHashMap<>();

    /**
     * @param model in training
     * @param bits of layers by the name of their weight
     * @param features number of elements of a sample times the largest number, by the name of an activation's step
     * @param largest steps of activations that are clipped, by their names
     */
    Steps(
            Model model,
            List<Weighted> layers,
            Map<String, Bits> bits,
            Map<String, Double> features,
            Map<String, Double> largest,
            boolean learned) {
        this.model = model;
        this.layers = layers;
        this.bits = bits;
        this.features = features;
        this.largest = largest;
        this.learned = learned;
    }

    @Override
    public Parametrization parametrization() {
        return this;
    }

    private static String step(String weight) {
        return weight + ".step";
    }

    private Bits bits(String weight) {
        return Objects.requireNonNull(bits.get(weight), weight);
    }

    @Override
    public void prepare(Program program) {
        if (learned) {
            for (Weighted l : layers) {
                String w = l.node().input(1);
                program.learn(step(w), first(l.weight(model.graph()), l.axis(), bits(w).high()));
            }
        }
    }

    /**
     * 2 E|w| / sqrt(Q_P) for each output channel, but no more than what reaches the largest weight, which is less with many bits; a
     * vector, for which no optimizer has weight decay.
     */
    private static Tensor first(Tensor weight, int axis, int high) {
        float[] w = weight.toFloats();
        int channels = (int) weight.shape().dim(axis);
        double[] sums = new double[channels];
        double[] largest = new double[channels];
        int inner = (int) (weight.elements() / weight.shape().dim(0));
        for (int i = 0; i < w.length; i++) {
            int c = axis == 0 ? i / inner : i % channels;
            sums[c] += Math.abs(w[i]);
            largest[c] = Math.max(largest[c], Math.abs(w[i]));
        }
        float[] steps = new float[channels];
        for (int c = 0; c < channels; c++) {
            double mean = sums[c] * channels / w.length;
            steps[c] = (float) Math.max(LEAST, Math.min(2 * mean / Math.sqrt(high), largest[c] / high));
        }
        return Tensor.floats(Shape.of(channels), steps);
    }

    private static long[] broadcast(Shape weight, int axis) {
        long[] dims = new long[weight.rank()];
        java.util.Arrays.fill(dims, 1);
        dims[axis] = weight.dim(axis);
        return dims;
    }

    @Override
    public void begin(Program program, Memory memory) {
        Graph g = model.graph();
        for (Weighted l : layers) {
            String w = l.node().input(1);
            FakeQuantize grid = new FakeQuantize(0, bits(w).low(), bits(w).high());
            UnaryOperator<org.bytedeco.pytorch.Tensor> kept = mask(program, memory, l.weight(g), w);
            program.parametrize(w, raw -> {
                org.bytedeco.pytorch.Tensor seen = kept.apply(raw);
                return grid.learned(seen, learned ? learnedStep(program, l) : largest(seen, l.axis(), bits(w).high()));
            });
        }
        features.forEach((step, size) -> {
            double most = largest.getOrDefault(step, Double.POSITIVE_INFINITY);
            program.parametrize(
                    step, s -> learned ? positive(atMost(scaled(s, 1 / Math.sqrt(size)), most)) : s.detach());
        });
    }

    /** No larger than a bound; the gradient passes, so that the step may come back. */
    private static org.bytedeco.pytorch.Tensor atMost(org.bytedeco.pytorch.Tensor s, double most) {
        return Double.isInfinite(most)
                ? s
                : s.add(s.clamp_max(new Scalar(most)).sub(s).detach());
    }

    private org.bytedeco.pytorch.Tensor learnedStep(Program program, Weighted layer) {
        Tensor weight = layer.weight(model.graph());
        String w = layer.node().input(1);
        double perChannel = (double) weight.elements() / weight.shape().dim(layer.axis());
        org.bytedeco.pytorch.Tensor step = Objects.requireNonNull(
                        program.parameters().get(step(w)), w)
                .reshape(broadcast(weight.shape(), layer.axis()));
        return positive(scaled(step, 1 / Math.sqrt(perChannel * bits(w).high())));
    }

    /** The same number, with a gradient that is multiplied by g. */
    private static org.bytedeco.pytorch.Tensor scaled(org.bytedeco.pytorch.Tensor s, double g) {
        org.bytedeco.pytorch.Tensor small = s.mul(new Scalar(g));
        return small.add(s.sub(small).detach());
    }

    private static org.bytedeco.pytorch.Tensor positive(org.bytedeco.pytorch.Tensor s) {
        return s.abs().clamp_min(new Scalar(LEAST));
    }

    /** The step with which a channel's largest weight is the largest number; nothing is learned through it. */
    private static org.bytedeco.pytorch.Tensor largest(org.bytedeco.pytorch.Tensor w, int axis, int high) {
        long channels = w.size(axis);
        org.bytedeco.pytorch.Tensor rows = axis == 0 ? w.reshape(channels, -1) : w.t();
        long[] shape = new long[(int) w.dim()];
        java.util.Arrays.fill(shape, 1);
        shape[axis] = channels;
        return torch.amax(rows.detach().abs(), new long[] {1}, false)
                .div(new Scalar((double) high))
                .clamp_min(new Scalar(LEAST))
                .reshape(shape);
    }

    private static UnaryOperator<org.bytedeco.pytorch.Tensor> mask(
            Program program, Memory memory, Tensor weight, String name) {
        int zeros = 0;
        for (float v : weight.toFloats()) {
            zeros += v == 0 ? 1 : 0;
        }
        if (zeros < PRUNED * weight.elements()) {
            return UnaryOperator.identity();
        }
        org.bytedeco.pytorch.Tensor mask = memory.of("mask", name, () -> {
            org.bytedeco.pytorch.Tensor raw =
                    Objects.requireNonNull(program.parameters().get(name), name).detach();
            return raw.ne(new Scalar(0.0)).to(raw.scalar_type());
        });
        return w -> w.mul(mask);
    }

    @Override
    public void end(Program program, Memory memory) {
        for (Weighted l : layers) {
            String w = l.node().input(1);
            org.bytedeco.pytorch.Tensor raw =
                    Objects.requireNonNull(program.parameters().get(w), w).detach();
            raw.copy_(mask(program, memory, l.weight(model.graph()), w).apply(raw));
            org.bytedeco.pytorch.Tensor step =
                    learned ? learnedStep(program, l) : largest(raw, l.axis(), bits(w).high());
            scales.put(w, Tensors.toHost(step.detach()).toFloats());
            program.parametrize(w, UnaryOperator.identity());
        }
    }

    /** Steps of weights after the training, one for each output channel, by the weight's name. */
    Map<String, float[]> scales() {
        return scales;
    }

    @Override
    public boolean owns(String parameter) {
        return bits.containsKey(parameter) || features.containsKey(parameter);
    }

    @Override
    public String identity() {
        return "steps " + learned + " " + bits + " " + features + " " + largest;
    }
}
