package espalier.prune;

import espalier.graph.BadInputException;
import espalier.train.Parametrization.When;

/** Choices of masks at regular steps of the first part of a run. */
final class Renewal {
    private Renewal() {}

    static void check(int every, double until) {
        if (every < 1) {
            throw BadInputException.of("every must be at least 1 step, got %d", every);
        }
        if (!(until > 0 && until <= 1)) {
            throw BadInputException.of("until must be above 0 and at most 1, got %s", until);
        }
    }

    /** The step of the last choice. */
    static long last(When when, int every, double until) {
        return Math.max(1, (long) (until * (when.steps() - 1)) / every * every);
    }

    static boolean due(When when, int every, double until) {
        long last = last(when, every, until);
        return when.step() == last || (when.step() < last && when.step() % every == 0);
    }
}
