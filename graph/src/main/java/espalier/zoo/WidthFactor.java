package espalier.zoo;

import espalier.graph.BadInputException;

/** The factor after the {@code @} of a key such as {@code vgg11@0.5}: every layer has so many times the filters. */
final class WidthFactor {
    private static final double LARGEST = 16;

    private WidthFactor() {}

    static double parse(String key, String text) {
        try {
            double factor = Double.parseDouble(text);
            if (factor > 0 && factor <= LARGEST) {
                return factor;
            }
        } catch (NumberFormatException e) {
            // the message below says what is expected
        }
        throw BadInputException.of(
                "network '%s': width factor '%s': give a number above 0, at most 16, as in vgg11@0.5", key, text);
    }

    /** Rounded, at least 1. */
    static int times(int filters, double factor) {
        return (int) Math.max(1, Math.round(filters * factor));
    }
}
