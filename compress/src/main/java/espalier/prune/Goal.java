package espalier.prune;

import java.util.OptionalDouble;

/**
 * How much of a network goes.
 *
 * @param ratio share of the units to remove, where no multiply-adds are given
 * @param macs share of the network's multiply-adds that may remain
 */
record Goal(double ratio, OptionalDouble macs) {
    /** A share of this goal; above 1 it asks for more, but for no more than half of what this goal leaves. */
    Goal part(double share) {
        OptionalDouble left = macs.isPresent()
                ? OptionalDouble.of(Math.max(macs.getAsDouble() / 2, 1 - share * (1 - macs.getAsDouble())))
                : OptionalDouble.empty();
        return new Goal(Math.min((1 + ratio) / 2, share * ratio), left);
    }
}
