package espalier.cli;

import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C and SIGTERM ask a run to stop: it finishes its step, writes a checkpoint, says so, and only then does the process end, with
 * the code of the command instead of that of the signal. While one of these is open, the process waits for it.
 */
final class Interruption implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 120;

    private static volatile boolean ending;

    private final Thread hook = new Thread(this::stop, "stop");
    private volatile boolean requested;

    Interruption() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Ends the process, also where a signal has begun to end it and waits for the command. */
    static void exit(int code) {
        if (ending) {
            Runtime.getRuntime().halt(code);
        }
        System.exit(code);
    }

    boolean requested() {
        return requested;
    }

    private void stop() {
        ending = true;
        requested = true;
        try {
            TimeUnit.SECONDS.sleep(PATIENCE_SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        if (!requested) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // the process is ending already
            }
        }
    }
}
