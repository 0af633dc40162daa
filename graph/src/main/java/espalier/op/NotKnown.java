package espalier.op;

/**
 * A rule asked for the type or the contents of a value that is not known: its outputs stay unknown. Carries no message and no stack
 * trace, because nobody but {@link Trace} ever sees it.
 */
final class NotKnown extends RuntimeException {
    private static final long serialVersionUID = 1L;
    static final NotKnown SIGNAL = new NotKnown();

    private NotKnown() {
        super(null, null, false, false);
    }
}
