package espalier.cli;

import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A time above 0, in seconds, possibly with a fraction. */
final class Seconds implements ITypeConverter<Duration> {
    private static final double MOST = 86_400;

    @Override
    public Duration convert(String text) {
        try {
            double seconds = Double.parseDouble(text);
            if (seconds > 0 && seconds <= MOST) {
                return Duration.ofNanos((long) (seconds * 1e9));
            }
        } catch (NumberFormatException e) {
            // the message below says it
        }
        throw new TypeConversionException("'" + text + "' is not a number of seconds above 0");
    }
}
