package espalier.runtime;

/** What an {@link AdaptiveSelector} sees of the machine. */
public interface Conditions {
    /** Bytes that a variant may take that is not loaded yet. */
    long freeMemory();

    /** A clock, as {@link System#nanoTime}. */
    long nanos();

    /** This machine, or the container in which the program runs. */
    static Conditions ofMachine() {
        return new MachineConditions();
    }
}
