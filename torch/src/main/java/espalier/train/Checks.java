package espalier.train;

import espalier.graph.BadInputException;

/** What settings must satisfy; messages begin with the key as users write it. */
final class Checks {
    private Checks() {}

    static void positive(String key, double value) {
        if (!(value > 0)) {
            throw BadInputException.of("%s must be above 0, got %s", key, value);
        }
    }

    static void notNegative(String key, double value) {
        if (!(value >= 0)) {
            throw BadInputException.of("%s must be 0 or more, got %s", key, value);
        }
    }

    static void shareBelowOne(String key, double value) {
        if (!(value >= 0 && value < 1)) {
            throw BadInputException.of("%s must be 0 or more and below 1, got %s", key, value);
        }
    }

    static void share(String key, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw BadInputException.of("%s must lie between 0 and 1, got %s", key, value);
        }
    }
}
