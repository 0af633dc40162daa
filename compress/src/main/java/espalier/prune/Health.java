package espalier.prune;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Whether norms can tell a layer's filters apart. Pruning by norm needs two things: He et al., 2019, arXiv:1811.00250, section 3.1:
 * the norms must spread widely, and the smallest must be near zero.
 *
 * @param spread coefficient of variation: standard deviation by mean
 * @param smallest the smallest score by the mean
 */
public record Health(double spread, double smallest) {
    private static final double NARROW = 0.2;
    private static final double FAR_FROM_ZERO = 0.5;

    public static Health of(double[] scores) {
        double mean = Arrays.stream(scores).average().orElse(0);
        if (!(mean > 0)) {
            return new Health(0, 0);
        }
        double variance = Arrays.stream(scores)
                .map(s -> (s - mean) * (s - mean))
                .average()
                .orElse(0);
        return new Health(
                Math.sqrt(variance) / mean, Arrays.stream(scores).min().orElse(0) / mean);
    }

    /** What is wrong, and what to take instead. */
    public Optional<String> warning() {
        if (spread < NARROW) {
            return Optional.of(String.format(
                    Locale.ROOT,
                    "norms hardly differ (spread %.2f): fpgm or taylor judge these filters better",
                    spread));
        }
        if (smallest > FAR_FROM_ZERO) {
            return Optional.of(String.format(
                    Locale.ROOT,
                    "even the smallest norm is %.0f %% of the mean: none is negligible, taylor or apoz judge these filters better",
                    100 * smallest));
        }
        return Optional.empty();
    }
}
