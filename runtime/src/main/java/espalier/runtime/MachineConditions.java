package espalier.runtime;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * This machine. Free memory is looked up a few times a second at most, for that takes as long as a small network. Linux counts memory as
 * used that holds files it has read and would give away, so there it is {@code MemAvailable} of {@code /proc/meminfo}, unless a
 * container may have less than the machine.
 */
final class MachineConditions implements Conditions {
    private static final Path LINUX = Path.of("/proc/meminfo");
    private static final long FRESH = 200_000_000;

    private record Seen(long at, long free) {}

    private volatile Optional<Seen> last = Optional.empty();

    @Override
    public long freeMemory() {
        long now = nanos();
        Optional<Seen> known = last.filter(s -> now - s.at < FRESH);
        if (known.isEmpty()) {
            known = Optional.of(new Seen(now, look()));
            last = known;
        }
        return known.get().free;
    }

    private static long look() {
        if (!(ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean b)) {
            return Long.MAX_VALUE;
        }
        try {
            return Files.isReadable(LINUX)
                    ? available(Files.readAllLines(LINUX), b.getTotalMemorySize())
                            .orElseGet(b::getFreeMemorySize)
                    : b.getFreeMemorySize();
        } catch (IOException e) {
            return b.getFreeMemorySize();
        }
    }

    /**
     * @param meminfo lines such as {@code MemAvailable:   12345 kB}
     * @param total bytes that the program may have, of the machine or of its container
     * @return empty where the program may have less than the machine, or there is no such line
     */
    static OptionalLong available(List<String> meminfo, long total) {
        OptionalLong machine = bytes(meminfo, "MemTotal:");
        return machine.isPresent() && total < machine.getAsLong()
                ? OptionalLong.empty()
                : bytes(meminfo, "MemAvailable:");
    }

    private static OptionalLong bytes(List<String> meminfo, String key) {
        return meminfo.stream()
                .filter(line -> line.matches(key + "\\s+\\d{1,15} kB"))
                .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst();
    }

    @Override
    public long nanos() {
        return System.nanoTime();
    }
}
