package espalier.runtime;

import ai.onnxruntime.OrtEnvironment;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** The native library. */
public final class OnnxRuntime {
    private static final List<String> LIBRARIES = List.of("onnxruntime", "onnxruntime4j_jni");

    private OnnxRuntime() {}

    /** Its version, after it has been loaded. */
    public static String version() {
        return OrtSession.environment().getVersion();
    }

    /**
     * Unpacks the libraries of this machine, so that a process which is started with {@code -Donnxruntime.native.path=folder} need
     * not do so again each time.
     */
    public static void unpack(Path folder) throws IOException {
        Files.createDirectories(folder);
        for (String library : LIBRARIES) {
            String file = System.mapLibraryName(library);
            try (InputStream in = OrtEnvironment.class.getResourceAsStream("native/" + platform() + "/" + file)) {
                if (in == null) {
                    throw new IOException("ONNX Runtime has no library for " + platform());
                }
                Files.copy(in, folder.resolve(file));
            }
        }
    }

    private static String platform() {
        String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String processor = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        String os = system.contains("mac") ? "osx" : system.contains("win") ? "win" : "linux";
        return os + "-" + (processor.matches("amd64|x86_64") ? "x64" : processor);
    }
}
