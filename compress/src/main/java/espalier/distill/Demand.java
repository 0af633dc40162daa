package espalier.distill;

import espalier.graph.BadInputException;

/** What settings must satisfy; messages begin with the key as users write it. */
final class Demand {
    private Demand() {}

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
}
