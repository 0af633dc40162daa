package espalier.zoo;

import java.util.Optional;
import java.util.function.DoubleFunction;
import java.util.function.Function;

/**
 * A line of the zoo's list.
 *
 * @param listing what users see
 * @param match the network that a key asks for, or empty where the key is not this line's
 */
record Entry(Listing listing, Function<String, Optional<Network>> match) {
    /** A network that comes in one size. */
    static Entry fixed(String key, String summary, String paper, Network network) {
        return new Entry(
                new Listing(key, summary, paper, false), k -> k.equals(key) ? Optional.of(network) : Optional.empty());
    }

    /** A network whose key may have a width factor. */
    static Entry scaling(String key, String summary, String paper, DoubleFunction<Network> network) {
        return new Entry(new Listing(key, summary, paper, true), k -> {
            if (k.equals(key)) {
                return Optional.of(network.apply(1));
            }
            return k.startsWith(key + "@")
                    ? Optional.of(network.apply(WidthFactor.parse(k, k.substring(key.length() + 1))))
                    : Optional.empty();
        });
    }
}
