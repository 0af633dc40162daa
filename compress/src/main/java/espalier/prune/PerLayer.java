package espalier.prune;

import espalier.config.Method;
import java.util.List;

/** The same share of every group. */
@Method(key = "per-layer", summary = "by rank within each layer: the same share everywhere")
public record PerLayer() implements Selection {
    @Override
    public double[] kept(List<double[]> scores, double ratio) {
        return scores.stream().mapToDouble(s -> s.length * (1 - ratio)).toArray();
    }
}
