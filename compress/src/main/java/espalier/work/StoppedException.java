package espalier.work;

/** A run was asked to stop; what it had done is on disk, and the same command goes on from there. */
public final class StoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StoppedException(String message) {
        super(message);
    }
}
