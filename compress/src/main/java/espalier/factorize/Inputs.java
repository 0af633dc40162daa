package espalier.factorize;

import espalier.calibrate.SecondMoments;
import espalier.data.Batches;
import espalier.graph.Model;
import espalier.graph.Tensor;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What data say about the inputs of layers. */
final class Inputs {
    /** Nothing. */
    static final Inputs UNKNOWN = new Inputs(Map.of());

    /** A moment of more channels than this would take more memory than it is worth: 128 MB. */
    private static final long MOST_CHANNELS = 4096;

    private final Map<String, Tensor> moments;

    private Inputs(Map<String, Tensor> moments) {
        this.moments = moments;
    }

    static Inputs of(Model model, Collection<Target> targets, Batches batches, int samples) {
        Map<String, Integer> axes = new LinkedHashMap<>();
        for (Target t : targets) {
            if (t.inputAxis() != 0 && t.shape()[1] * t.groups() <= MOST_CHANNELS) {
                axes.put(t.node().input(0), t.inputAxis());
            }
        }
        return new Inputs(SecondMoments.of(model, batches, axes, samples));
    }

    Whitening whitening(Target target) {
        return new Whitening(Optional.ofNullable(moments.get(target.node().input(0))), target.groups());
    }
}
