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

    /** The factor on the sides of the image after the {@code x} of a key such as {@code mobilenetv1@0.5x0.75}. */
    static double parseResolution(String key, String text) {
        try {
            double factor = Double.parseDouble(text);
            if (factor > 0 && factor <= 1) {
                return factor;
            }
        } catch (NumberFormatException e) {
            // the message below says what is expected
        }
        throw BadInputException.of(
                "network '%s': resolution factor '%s': give a number above 0, at most 1, as in mobilenetv1@0.5x0.75",
                key, text);
    }

    /** Rounded to a multiple of {@code step}, at least that, and never by more than a tenth down. */
    static int multiple(int filters, double factor, int step) {
        double wanted = filters * factor;
        int rounded = Math.max(step, (int) (wanted + step / 2.0) / step * step);
        return rounded < 0.9 * wanted ? rounded + step : rounded;
    }

    /** Rounded, at least 1. */
    static int times(int filters, double factor) {
        return (int) Math.max(1, Math.round(filters * factor));
    }
}
