package espalier.prune;

import espalier.config.Key;
import espalier.config.Method;
import espalier.graph.BadInputException;
import java.util.Arrays;
import java.util.List;

/**
 * Everything whose score is not above a fixed threshold goes; how much that is follows from the network.
 *
 * @param value the threshold, in the unit of the importance
 */
@Method(key = "threshold", summary = "everything whose score is not above a fixed value goes")
public record Threshold(
        @Key("scores not above this go, in the unit of the importance")
        double value) implements Selection {
    public Threshold() {
        this(0.01);
    }

    public Threshold {
        if (!(value >= 0)) {
            throw BadInputException.of("value must not be negative, got %s", value);
        }
    }

    @Override
    public double[] kept(List<Scored> layers, double ratio) {
        return layers.stream().mapToDouble(l -> above(l, value)).toArray();
    }

    @Override
    public Selection scaled(double share) {
        return new Threshold(value * share);
    }

    static double above(Scored layer, double threshold) {
        long kept = Arrays.stream(layer.scores()).filter(s -> s > threshold).count();
        if (kept == 0) {
            throw BadInputException.of(
                    "threshold of %.3g removes all of layer '%s', whose largest score is %.3g: lower it, or exclude the layer",
                    threshold,
                    layer.layer(),
                    Arrays.stream(layer.scores()).max().orElse(0));
        }
        return kept;
    }

    @Override
    public boolean followsRatio() {
        return false;
    }
}
