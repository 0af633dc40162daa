package espalier.cli;

/** What the command tells the shell; above 2 as in BSD's {@code sysexits.h}. */
final class ExitCode {
    static final int DONE = 0;
    /** The work was done, but a check failed. */
    static final int MISSED = 1;
    /** The command line is wrong. */
    static final int USAGE = 2;
    /** What the user gave cannot be used. */
    static final int BAD_INPUT = 65;
    /** Our fault, or no memory left. */
    static final int OURS = 70;
    /** A file cannot be read or written. */
    static final int IO = 74;

    /** Stopped by the user; the same command goes on. */
    static final int STOPPED = 75;

    private ExitCode() {}
}
