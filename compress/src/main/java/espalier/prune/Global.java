package espalier.prune;

import espalier.config.Method;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoublePredicate;

/**
 * By rank over all layers together: the smallest scores of the whole network go. Scores of a layer are divided by their mean first,
 * since layers differ in scale.
 */
@Method(key = "global", summary = "by rank over the whole network, scores divided by their layer's mean")
public record Global() implements Selection {
    @Override
    public double[] kept(List<Scored> layers, double ratio) {
        return highest(layers.stream().map(l -> normalized(l.scores())).toList(), ratio);
    }

    /** How many of each layer are among the highest of all. Of scores that equal the threshold every layer keeps the same share. */
    static double[] highest(List<double[]> scores, double ratio) {
        double[] all = scores.stream().flatMapToDouble(Arrays::stream).sorted().toArray();
        int removed = (int) Math.round(ratio * all.length);
        if (removed == 0) {
            return scores.stream().mapToDouble(s -> s.length).toArray();
        }
        double threshold = all[removed - 1];
        long equal = Arrays.stream(all).filter(v -> v == threshold).count();
        long below = Arrays.stream(all).filter(v -> v < threshold).count();
        double stay = 1 - (double) (removed - below) / equal;
        return scores.stream()
                .mapToDouble(s -> count(s, v -> v > threshold) + stay * count(s, v -> v == threshold))
                .toArray();
    }

    private static long count(double[] scores, DoublePredicate of) {
        return Arrays.stream(scores).filter(of).count();
    }

    private static double[] normalized(double[] scores) {
        double mean = Arrays.stream(scores).average().orElse(1);
        return Arrays.stream(scores).map(s -> mean > 0 ? s / mean : s).toArray();
    }
}
