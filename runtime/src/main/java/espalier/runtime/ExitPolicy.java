package espalier.runtime;

import espalier.exit.ExitRule;
import espalier.graph.BadInputException;
import java.util.Collections;
import java.util.List;

/**
 * When a sample leaves.
 *
 * @param rule how sure an exit is
 * @param thresholds one for each exit but the last
 */
public record ExitPolicy(ExitRule rule, List<Double> thresholds) {
    public ExitPolicy {
        thresholds = List.copyOf(thresholds);
    }

    /** Everything leaves at the first exit. */
    public ExitPolicy always() {
        return same(rule.always());
    }

    /** Nothing leaves before the last exit. */
    public ExitPolicy never() {
        return same(rule.never());
    }

    private ExitPolicy same(double threshold) {
        return new ExitPolicy(rule, Collections.nCopies(thresholds.size(), threshold));
    }

    public ExitPolicy withThresholds(List<Double> others) {
        if (others.size() != thresholds.size()) {
            throw BadInputException.of(
                    "%d thresholds for %d exits before the last: give one for each", others.size(), thresholds.size());
        }
        return new ExitPolicy(rule, others);
    }
}
