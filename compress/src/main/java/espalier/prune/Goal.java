package espalier.prune;

import java.util.OptionalDouble;

/**
 * How much of a network goes.
 *
 * @param ratio share of the units to remove, where no multiply-adds are given
 * @param macs share of the network's multiply-adds that may remain
 */
record Goal(double ratio, OptionalDouble macs) {
    /** A share of this goal, 0..1. */
    Goal part(double share) {
        return new Goal(
                share * ratio,
                macs.isPresent() ? OptionalDouble.of(1 - share * (1 - macs.getAsDouble())) : OptionalDouble.empty());
    }
}
