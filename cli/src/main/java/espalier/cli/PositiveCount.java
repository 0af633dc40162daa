package espalier.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A whole number of 1 or more. */
final class PositiveCount implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
        try {
            int n = Integer.parseInt(text);
            if (n >= 1) {
                return n;
            }
        } catch (NumberFormatException e) {
            // the message below says it
        }
        throw new TypeConversionException("'" + text + "' is not a whole number of 1 or more");
    }
}
