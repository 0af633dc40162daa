package espalier.prune;

import espalier.config.Method;
import java.util.Arrays;
import java.util.List;

/**
 * By rank over all groups together: the smallest scores of the whole network go. Scores of a group are divided by their mean first,
 * since layers differ in scale.
 */
@Method(key = "global", summary = "by rank over the whole network, scores divided by their layer's mean")
public record Global() implements Selection {
    @Override
    public double[] kept(List<double[]> scores, double ratio) {
        double[] all = scores.stream()
                .flatMapToDouble(s -> Arrays.stream(normalized(s)))
                .sorted()
                .toArray();
        int removed = (int) Math.round(ratio * all.length);
        double threshold = removed == 0 ? Double.NEGATIVE_INFINITY : all[removed - 1];
        return scores.stream()
                .mapToDouble(s ->
                        Arrays.stream(normalized(s)).filter(v -> v > threshold).count())
                .toArray();
    }

    private static double[] normalized(double[] scores) {
        double mean = Arrays.stream(scores).average().orElse(1);
        return Arrays.stream(scores).map(s -> mean > 0 ? s / mean : s).toArray();
    }
}
