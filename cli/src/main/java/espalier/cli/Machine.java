package espalier.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/**
 * The machine on which figures were measured.
 *
 * @param processor its name, or the architecture where the system does not tell
 * @param cores processors this process may use
 * @param features instruction sets that decide how fast networks run, of {@link #RELEVANT}
 * @param memory bytes of main memory, where known
 * @param available bytes of it that are free or can be freed, where known
 */
public record Machine(String processor, int cores, Set<String> features, OptionalLong memory, OptionalLong available) {
    /** As Linux spells them: vector width, 8-bit products, bfloat16. */
    static final List<String> RELEVANT =
            List.of("avx2", "avx512f", "avx_vnni", "avx512_vnni", "avx512_bf16", "amx_int8", "amx_bf16");

    public Machine {
        features = java.util.Collections.unmodifiableSet(new TreeSet<>(features));
    }

    /** This machine. */
    public static Machine current() {
        return of(lines(Path.of("/proc/cpuinfo")), lines(Path.of("/proc/meminfo")));
    }

    static Machine of(List<String> cpuinfo, List<String> meminfo) {
        String name = value(cpuinfo, "model name");
        Set<String> features =
                new TreeSet<>(Arrays.asList(value(cpuinfo, "flags").split(" ")));
        features.retainAll(RELEVANT);
        return new Machine(
                name.isEmpty() ? System.getProperty("os.arch", "unknown") : name,
                Runtime.getRuntime().availableProcessors(),
                features,
                kilobytes(meminfo, "MemTotal"),
                kilobytes(meminfo, "MemAvailable"));
    }

    /** Whether it multiplies bfloat16 in hardware; elsewhere bfloat16 is slower than float. */
    public boolean hasBf16() {
        return features.contains("avx512_bf16") || features.contains("amx_bf16");
    }

    /** Whether it multiplies 8-bit numbers without saturating. */
    public boolean hasVnni() {
        return features.contains("avx512_vnni") || features.contains("avx_vnni");
    }

    private static OptionalLong kilobytes(List<String> lines, String key) {
        String number = value(lines, key).replace(" kB", "");
        return number.isEmpty() ? OptionalLong.empty() : OptionalLong.of(1024 * Long.parseLong(number));
    }

    private static String value(List<String> lines, String key) {
        for (String line : lines) {
            int colon = line.indexOf(':');
            if (colon > 0 && line.substring(0, colon).strip().equals(key)) {
                return line.substring(colon + 1).strip();
            }
        }
        return "";
    }

    private static List<String> lines(Path file) {
        try {
            return Files.isReadable(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            return List.of();
        }
    }
}
