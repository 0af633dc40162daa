package espalier.prune;

import espalier.channel.ChannelGroup;
import espalier.graph.BadInputException;
import espalier.graph.Model;
import espalier.graph.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/** What the weights alone tell. */
public final class WeightEvidence implements Evidence {
    private final Model model;
    private final Map<String, float[]> weights;
    private final long seed;

    /** @param known elements of initializers that are not as in the model, by name */
    WeightEvidence(Model model, Map<String, float[]> known, long seed) {
        this.model = model;
        this.weights = new HashMap<>(known);
        this.seed = seed;
    }

    public static WeightEvidence of(Model model) {
        return new WeightEvidence(model, Map.of(), 0);
    }

    @Override
    public Model model() {
        return model;
    }

    @Override
    public float[] weights(String initializer) {
        return weights.computeIfAbsent(
                initializer,
                name -> model.graph().constant(name).map(Tensor::toFloats).orElseThrow());
    }

    @Override
    public void gradients(int batches, Consumer<Function<String, float[]>> each) {
        throw noData();
    }

    @Override
    public List<double[]> activity(List<ChannelGroup> groups, int samples) {
        throw noData();
    }

    private static BadInputException noData() {
        return new BadInputException(
                "importance that looks at data cannot be asked here: take one that looks at weights, as l1");
    }

    @Override
    public long seed() {
        return seed;
    }
}
