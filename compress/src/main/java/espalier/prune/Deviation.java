package espalier.prune;

import espalier.config.Key;
import espalier.config.Method;
import espalier.graph.BadInputException;
import java.util.Arrays;
import java.util.List;

/**
 * A threshold for each layer, generated from its scores and renewed whenever masks are chosen anew. Han, Pool, Tran, Dally: Learning
 * both Weights and Connections for Efficient Neural Networks, 2015, arXiv:1506.02626, section 4.
 *
 * <p>threshold = quality x standard deviation of the layer's weights. Scores are magnitudes, so the deviation is taken around zero:
 * the root of their mean square, zeros counted, so that a renewed threshold does not
 * grow with what is gone already. Channels are judged by their scores in the same way.
 *
 * @param quality the paper's quality parameter; with normally distributed weights 1 removes two thirds of them
 */
@Method(
        key = "deviation",
        summary = "a threshold per layer, generated as a multiple of its weights' standard deviation",
        paper = "Han et al.: Learning both Weights and Connections, 2015, arXiv:1506.02626")
public record Deviation(
        @Key("threshold in standard deviations of the layer's weights")
        double quality) implements Selection {
    public Deviation() {
        this(1);
    }

    public Deviation {
        if (!(quality > 0)) {
            throw BadInputException.of("quality must be above 0, got %s", quality);
        }
    }

    @Override
    public double[] kept(List<Scored> layers, double ratio) {
        return layers.stream()
                .mapToDouble(l -> Threshold.above(l, quality * deviation(l.scores())))
                .toArray();
    }

    @Override
    public Selection scaled(double share) {
        return new Deviation(Math.max(quality * share, Double.MIN_NORMAL));
    }

    private static double deviation(double[] scores) {
        return Math.sqrt(Arrays.stream(scores).map(s -> s * s).average().orElse(0));
    }

    @Override
    public boolean followsRatio() {
        return false;
    }
}
