package espalier.cli;

import espalier.runtime.OnnxRuntime;
import espalier.torch.Threads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        description = "Shows what this machine offers and checks what Espalier needs. Exits with 1 when a check fails.",
        footer = {
            "",
            "Examples:",
            "  espalier doctor",
            "  espalier doctor --load     loads the native libraries too, which takes a few seconds"
        })
final class DoctorCommand implements Callable<Integer> {
    /** libtorch unpacks to about this much. */
    private static final long UNPACKED = 500_000_000L;

    /** Set before Java starts, as the launcher does; the libraries read them when they are loaded. */
    private static final List<String> VARIABLES =
            List.of("OMP_WAIT_POLICY", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "ESPALIER_JAVA_OPTS");

    private final Console console;
    private final Table table = new Table(
            Column.text("check", "check"), Column.whole("finding", "finding"), Column.whole("advice", "advice"));
    private int failures;

    @Option(names = "--load", description = "Load ONNX Runtime and libtorch.")
    private boolean load;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    DoctorCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        system();
        machine(Machine.current());
        cache(NativeCache.current());
        for (String variable : VARIABLES) {
            String value = System.getenv(variable);
            good(variable, value == null ? "not set" : value);
        }
        if (load) {
            load("ONNX Runtime", OnnxRuntime::version);
            load("libtorch", () -> "loads; " + Threads.count() + " threads unless told otherwise");
        }
        console.table(table, json);
        return failures == 0 ? ExitCode.DONE : ExitCode.MISSED;
    }

    private void system() {
        good("espalier", Version.text());
        good("Java", property("java.version") + ", " + property("java.vendor") + ", " + property("java.home"));
        good("Java heap", "at most " + Figures.bytes(Runtime.getRuntime().maxMemory()));
        good("system", property("os.name") + " " + property("os.version") + ", " + property("os.arch"));
    }

    private void machine(Machine m) {
        good("processor", m.processor() + ", " + m.cores() + " usable cores");
        good("instruction sets", m.features().isEmpty() ? "not known" : String.join(" ", m.features()));
        good("int8", m.hasVnni() ? "fast (VNNI)" : "0.7x to 1.3x the speed of floats (no VNNI)");
        good("bfloat16", m.hasBf16() ? "in hardware" : "not in hardware: training stays in float");
        good("memory", size(m.memory()) + ", available " + size(m.available()));
    }

    private static String size(OptionalLong bytes) {
        return bytes.isPresent() ? Figures.bytes(bytes.getAsLong()) : "not known";
    }

    private void cache(NativeCache cache) throws IOException {
        List<Path> damaged = cache.damaged();
        if (damaged.isEmpty()) {
            good("native cache", cache.folder() + ", " + Figures.bytes(cache.bytes()));
        } else {
            bad("native cache", damaged.get(0) + " is not whole", "delete the folder " + cache.folder());
        }
        long free = freeSpace(cache.folder());
        if (cache.bytes() == 0 && free < UNPACKED) {
            bad("disk", Figures.bytes(free) + " free", "libtorch unpacks to " + Figures.bytes(UNPACKED));
        } else {
            good("disk", Figures.bytes(free) + " free for the cache");
        }
    }

    /** Of the nearest folder that exists. */
    private static long freeSpace(Path folder) throws IOException {
        Path at = folder.toAbsolutePath();
        while (!Files.exists(at) && at.getParent() != null) {
            at = at.getParent();
        }
        return Files.getFileStore(at).getUsableSpace();
    }

    private interface Library {
        String finding();
    }

    private void load(String name, Library library) {
        try {
            good(name, library.finding());
        } catch (LinkageError | RuntimeException e) {
            bad(name, "does not load: " + e, "see the line native cache; Linux needs glibc 2.35 or newer");
        }
    }

    private void good(String check, String finding) {
        table.row(check, finding, "");
    }

    private void bad(String check, String finding, String advice) {
        table.row(check, finding, advice);
        failures++;
    }

    private static String property(String name) {
        return System.getProperty(name, "unknown");
    }
}
