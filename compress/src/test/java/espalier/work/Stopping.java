package espalier.work;

import java.util.function.BooleanSupplier;

/** Asks a run to stop, and is told nothing. */
public record Stopping(BooleanSupplier when) implements Monitor {
    @Override
    public void say(String line) {}

    @Override
    public void progress(String task, long done, long total, String note) {}

    @Override
    public boolean stopping() {
        return when.getAsBoolean();
    }
}
