package espalier.calibrate;

import espalier.config.Key;
import espalier.config.Method;
import espalier.data.Batches;
import espalier.graph.BadInputException;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Shape;
import espalier.torch.Tensors;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Reconstruction. He, Zhang, Sun: Channel Pruning for Accelerating Very Deep Neural Networks, 2017, arXiv:1707.06168.
 *
 * <p>W' = argmin |Y - X' W'|^2 (section 3.1, the reconstruction of equation 2), for each layer that lost input channels, from the first
 * to the last: Y is what the original's layer computes, X' what the layer reads in the changed network, so that it makes up for those
 * before it, too (section 3.2). Rows are windows at random positions. A small ridge draws weights that the rows do not determine to
 * what they are. A bias is found together with the weights.
 *
 * <p>Grouped and transposed convolutions stay as they are, and so do layers with more than {@value #FEATURES} inputs per output.
 *
 * @param samples on how many samples the layers are compared
 * @param positions of each sample
 * @param ridge relative to the mean square of a feature
 * @param seed of the positions
 */
@Method(
        key = "least-squares",
        summary = "reconstruct the outputs of layers that lost inputs",
        paper = "He, Zhang, Sun: Channel Pruning for Accelerating Very Deep Neural Networks, 2017, arXiv:1707.06168")
public record LeastSquares(
        @Key("samples that are looked at") int samples,
        @Key("positions of each sample") int positions,

        @Key("how firmly weights stay what they are where data say little")
        double ridge,

        @Key("of the positions") long seed)
        implements Recovery {
    private static final int FEATURES = 8192;

    public LeastSquares() {
        this(Activations.SAMPLES, 10, 1e-4, 0);
    }

    public LeastSquares {
        if (samples < 1) {
            throw BadInputException.of("samples must be 1 or more, got %d", samples);
        }
        if (positions < 1) {
            throw BadInputException.of("positions must be 1 or more, got %d", positions);
        }
        if (!(ridge > 0) || Double.isInfinite(ridge)) {
            throw BadInputException.of("ridge must be above 0, got %s", ridge);
        }
    }

    @Override
    public Model apply(Model original, Model changed, Survivors survivors, Batches batches) {
        Map<String, Layer> before = Layer.byId(original.graph());
        Model model = changed;
        for (Layer now : Layer.of(changed.graph())) {
            Layer was = before.get(now.node().id());
            if (was != null && hasLostInputs(was, original.graph(), now, changed.graph())) {
                int[] kept = was.survivors(original.graph(), survivors);
                model = reconstructed(original, was, kept, model, now, batches);
            }
        }
        return model;
    }

    private static boolean hasLostInputs(Layer was, Graph original, Layer now, Graph changed) {
        Shape w = now.weight(changed).shape();
        long before = was.weight(original).elements() / was.channels(original);
        long after = w.elements() / now.channels(changed);
        return after < before && after <= FEATURES && isPlain(now, w, changed);
    }

    private static boolean isPlain(Layer layer, Shape weight, Graph graph) {
        boolean own = graph.edges().uses(layer.weight()).size() == 1;
        return own
                && switch (layer.node().opType()) {
                    case "Conv" -> layer.node().intAttr("group", 1) == 1;
                    case "Gemm" ->
                        layer.node().intAttr("transA", 0) == 0
                                && layer.node().realAttr("alpha", 1) == 1
                                && layer.node().realAttr("beta", 1) == 1;
                    case "MatMul" -> weight.rank() == 2;
                    default -> false;
                };
    }

    private Model reconstructed(Model original, Layer was, int[] kept, Model model, Layer now, Batches batches) {
        Graph graph = model.graph();
        int channels = now.channels(graph);
        if (kept.length != channels) {
            throw new IllegalArgumentException(
                    now.name() + " has " + channels + " channels, but " + kept.length + " are said to survive");
        }
        long features = now.weight(graph).elements() / channels;
        boolean bias = now.bias().isPresent();
        try (PointerScope scope = new PointerScope();
                NormalEquations equations = new NormalEquations(features + (bias ? 1 : 0), channels);
                Activations theirs = Activations.of(original, Set.of(was.output()));
                Activations ours = Activations.of(model, Set.of(now.node().input(0)))) {
            SplittableRandom random = new SplittableRandom(seed);
            Activations.samples(model, batches, samples).forEach(batch -> {
                try (PointerScope inner = new PointerScope()) {
                    Tensor x = Named.in(ours.run(batch), now.node().input(0));
                    Tensor y = Named.in(theirs.run(batch), was.output());
                    Rows rows = Rows.of(now, now.weight(graph).shape(), x, y, positions, random);
                    equations.add(
                            withOnes(rows.inputs().to(ScalarType.Double), bias),
                            taken(rows.outputs().to(ScalarType.Double), kept));
                }
            });
            LayerMatrix matrix = new LayerMatrix(now, graph);
            Optional<Tensor> found = equations.solve(matrix.tensor(), ridge);
            return found.map(w -> matrix.into(model, w)).orElse(model);
        }
    }

    private static Tensor withOnes(Tensor x, boolean ones) {
        if (!ones) {
            return x;
        }
        Tensor column = torch.ones(new long[] {x.size(0), 1}, new TensorOptions(ScalarType.Double));
        return torch.cat(new TensorVector(x, column), 1);
    }

    private static Tensor taken(Tensor y, int[] channels) {
        long[] at = Arrays.stream(channels).asLongStream().toArray();
        return torch.index_select(y, 1, Tensors.of(espalier.graph.Tensor.longs(at)));
    }
}
