package espalier.train;

import java.util.OptionalDouble;

/**
 * What weights are worth on data they were not trained on.
 *
 * @param loss mean of the objective
 * @param accuracy top-1 share, 0..1; empty without labels
 */
public record Validation(double loss, OptionalDouble accuracy) {
    /** Higher accuracy, or lower loss where there are no labels or the accuracy is the same. */
    boolean isBetterThan(Validation other) {
        int byAccuracy = Double.compare(accuracy.orElse(0), other.accuracy.orElse(0));
        return byAccuracy > 0 || (byAccuracy == 0 && loss < other.loss);
    }
}
