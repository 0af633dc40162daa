package espalier.cli;

import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * How far long work has come: a bar with the time left that is drawn over on a terminal; elsewhere a plain line now and then,
 * and none for what takes a few seconds.
 * Calls cost nothing between two drawings.
 */
public final class ProgressLine implements AutoCloseable {
    private static final long SECOND = 1_000_000_000L;
    private static final long TERMINAL_INTERVAL = SECOND / 10;
    private static final long PLAIN_INTERVAL = 10 * SECOND;
    private static final int BAR = 24;
    private static final int WIDTH = 79;

    private final Console console;
    private final LongSupplier nanoClock;
    private String task = "";
    private long started;
    private long lastDrawn;
    private boolean drawn;

    ProgressLine(Console console) {
        this(console, System::nanoTime);
    }

    ProgressLine(Console console, LongSupplier nanoClock) {
        this.console = console;
        this.nanoClock = nanoClock;
    }

    /**
     * Says how far the task is.
     *
     * @param name the task; another name than the last starts a new line and a new clock
     * @param done steps done, counted from where this process began for a just estimate of the time left
     * @param total steps in all
     * @param note what else to show, as {@code loss 0.31}
     */
    public void update(String name, long done, long total, String note) {
        long now = nanoClock.getAsLong();
        if (!name.equals(task)) {
            endLine();
            task = name;
            started = now;
            lastDrawn = now - (console.terminal() ? TERMINAL_INTERVAL : 0);
        }
        long interval = console.terminal() ? TERMINAL_INTERVAL : PLAIN_INTERVAL;
        boolean last = done >= total && (console.terminal() || now - started >= PLAIN_INTERVAL);
        if (now - lastDrawn >= interval || last) {
            lastDrawn = now;
            draw(done, total, note, now - started);
        }
    }

    /** Prints a line of its own, above the bar. */
    public void line(String text) {
        if (drawn) {
            console.err().print("\r" + " ".repeat(WIDTH) + "\r");
            drawn = false;
        }
        console.err().println(Escape.controls(text));
    }

    /** Leaves the last bar standing. */
    @Override
    public void close() {
        endLine();
        task = "";
    }

    private void endLine() {
        if (drawn) {
            console.err().println();
            drawn = false;
        }
    }

    private void draw(long done, long total, String note, long elapsed) {
        String time = done >= total
                ? "in " + Figures.duration(elapsed / SECOND)
                : done == 0 ? "" : Figures.duration(left(done, total, elapsed)) + " left";
        String state = String.format(
                Locale.ROOT,
                "%d/%d%s%s",
                done,
                total,
                time.isEmpty() ? "" : ", " + time,
                note.isEmpty() ? "" : ", " + note);
        if (console.terminal()) {
            String text = Escape.controls(task) + " " + bar(done, total) + " " + state;
            String cut = text.length() > WIDTH ? text.substring(0, WIDTH) : text;
            console.err().print("\r" + cut + " ".repeat(WIDTH - cut.length()));
            console.err().flush();
            drawn = true;
        } else {
            console.err().println(Escape.controls(task) + ": " + state);
        }
    }

    private static long left(long done, long total, long elapsed) {
        return Math.round((double) elapsed / done * (total - done) / SECOND);
    }

    private static String bar(long done, long total) {
        int full = total <= 0 ? BAR : (int) Math.min(BAR, BAR * done / total);
        return "[" + "#".repeat(full) + ".".repeat(BAR - full) + "]";
    }
}
