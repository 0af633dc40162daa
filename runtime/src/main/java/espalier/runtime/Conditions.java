package espalier.runtime;

import java.lang.management.ManagementFactory;

/** What an {@link AdaptiveSelector} sees of the machine. */
public interface Conditions {
    /** Bytes that a variant may take that is not loaded yet. */
    long freeMemory();

    /** A clock, as {@link System#nanoTime}. */
    long nanos();

    /** This machine. */
    static Conditions ofMachine() {
        return new Conditions() {
            @Override
            public long freeMemory() {
                return ManagementFactory.getOperatingSystemMXBean()
                                instanceof com.sun.management.OperatingSystemMXBean b
                        ? b.getFreeMemorySize()
                        : Long.MAX_VALUE;
            }

            @Override
            public long nanos() {
                return System.nanoTime();
            }
        };
    }
}
