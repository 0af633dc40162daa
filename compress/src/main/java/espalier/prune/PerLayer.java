package espalier.prune;

import espalier.config.Method;
import java.util.List;

/** The same share of every layer. */
@Method(key = "per-layer", summary = "by rank within each layer: the same share everywhere")
public record PerLayer() implements Selection {
    @Override
    public double[] kept(List<Scored> layers, double ratio) {
        return layers.stream().mapToDouble(l -> l.scores().length * (1 - ratio)).toArray();
    }
}
