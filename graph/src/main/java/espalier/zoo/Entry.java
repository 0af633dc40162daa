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

    /** A network whose key may have a width factor, and a resolution factor behind it. */
    static Entry scaling(String key, String summary, String paper, DoubleFunction<Network> network) {
        return new Entry(new Listing(key, summary, paper, true), k -> {
            if (k.equals(key)) {
                return Optional.of(network.apply(1));
            }
            return k.startsWith(key + "@")
                    ? Optional.of(scaled(k, k.substring(key.length() + 1), network))
                    : Optional.empty();
        });
    }

    private static Network scaled(String key, String factors, DoubleFunction<Network> network) {
        int x = factors.indexOf('x');
        if (x < 0) {
            return network.apply(WidthFactor.parse(key, factors));
        }
        Network narrow = network.apply(WidthFactor.parse(key, factors.substring(0, x)));
        double resolution = WidthFactor.parseResolution(key, factors.substring(x + 1));
        return (net, image, classes) -> narrow.build(net, net.resize("resize", image, resolution), classes);
    }
}
