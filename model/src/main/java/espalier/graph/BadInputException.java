package espalier.graph;

/**
 * Something the user gave cannot be used: one line that says what is wrong, where, and what to do. The command line prints the
 * message alone and exits with 65.
 */
public class BadInputException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BadInputException(String message) {
        super(message);
    }

    public BadInputException(String message, Throwable cause) {
        super(message, cause);
    }

    /** The message from a template as of {@link String#format}. */
    public static BadInputException of(String template, Object... arguments) {
        return new BadInputException(String.format(java.util.Locale.ROOT, template, arguments));
    }
}
