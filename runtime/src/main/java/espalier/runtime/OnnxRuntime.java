package espalier.runtime;

/** The native library. */
public final class OnnxRuntime {
    private OnnxRuntime() {}

    /** Its version, after it has been loaded. */
    public static String version() {
        return OrtSession.environment().getVersion();
    }
}
