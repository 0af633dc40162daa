package espalier.prune;

import espalier.config.Method;
import java.util.Arrays;
import java.util.List;

/**
 * By rank over all layers together, layers made comparable by what the loss of a weight does to its layer. Lee, Park, Mo, Ahn, Shin:
 * Layer-adaptive Sparsity for the Magnitude-based Pruning, ICLR 2021, arXiv:2010.07611.
 *
 * <p>score(u) = W[u]^2 / sum of W[v]^2 over v >= u, weights in the order of their size (equation 2). The largest weight of a layer
 * scores 1, more than any other, so that no layer is emptied before all are down to one weight.
 */
@Method(
        key = "lamp",
        summary = "by rank over the whole network, each score squared against those of its layer that are no smaller",
        paper =
                "Lee, Park, Mo, Ahn, Shin: Layer-adaptive Sparsity for the Magnitude-based Pruning, 2021, arXiv:2010.07611")
public record Lamp() implements Selection {
    @Override
    public double[] kept(List<Scored> layers, double ratio) {
        return Global.highest(layers.stream().map(l -> lamp(l.scores())).toList(), ratio);
    }

    /** In rising order. What is gone already scores 0. */
    private static double[] lamp(double[] scores) {
        double[] lamp = Arrays.stream(scores).map(s -> Math.max(0, s)).sorted().toArray();
        double rest = 0;
        for (int i = lamp.length - 1; i >= 0; i--) {
            double square = lamp[i] * lamp[i];
            rest += square;
            lamp[i] = rest > 0 ? square / rest : 0;
        }
        return lamp;
    }
}
