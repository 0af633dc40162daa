package espalier.prune;

import espalier.config.Method;
import java.util.Arrays;
import java.util.List;

/**
 * By rank over all layers together: the smallest scores of the whole network go. Scores of a layer are divided by their mean first,
 * since layers differ in scale.
 */
@Method(key = "global", summary = "by rank over the whole network, scores divided by their layer's mean")
public record Global() implements Selection {
    @Override
    public double[] kept(List<Scored> layers, double ratio) {
        double[] all = layers.stream()
                .flatMapToDouble(l -> Arrays.stream(normalized(l.scores())))
                .sorted()
                .toArray();
        int removed = (int) Math.round(ratio * all.length);
        double threshold = removed == 0 ? Double.NEGATIVE_INFINITY : all[removed - 1];
        return layers.stream()
                .mapToDouble(l -> Arrays.stream(normalized(l.scores()))
                        .filter(v -> v > threshold)
                        .count())
                .toArray();
    }

    private static double[] normalized(double[] scores) {
        double mean = Arrays.stream(scores).average().orElse(1);
        return Arrays.stream(scores).map(s -> mean > 0 ? s / mean : s).toArray();
    }
}
