package espalier.runtime;

import espalier.graph.BadInputException;
import java.time.Duration;

/**
 * How long to measure.
 *
 * @param warmUp runs before the first that counts
 * @param leastRuns runs that count, even when they take longer than the budget
 * @param mostRuns runs after which to stop, even when the budget is not used up
 * @param budget time for the runs that count, for each model
 */
public record Sampling(int warmUp, int leastRuns, int mostRuns, Duration budget) {
    public Sampling() {
        this(5, 10, 20_000, Duration.ofSeconds(1));
    }

    public Sampling {
        if (warmUp < 0 || leastRuns < 1 || mostRuns < leastRuns || budget.isNegative()) {
            throw BadInputException.of(
                    "cannot measure with %d warm-up runs, %d to %d runs and a budget of %s",
                    warmUp, leastRuns, mostRuns, budget);
        }
    }

    public Sampling withBudget(Duration time) {
        return new Sampling(warmUp, leastRuns, mostRuns, time);
    }
}
