package espalier.recipe;

import espalier.config.Binder;
import espalier.graph.Model;
import espalier.onnx.OnnxFile;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** One text for everything that the result of a step depends on: SHA-256, hexadecimal. */
public final class Fingerprint {
    private final MessageDigest digest;

    private Fingerprint() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Of what a run starts from. */
    static String of(long seed, Map<String, String> circumstances) {
        Fingerprint f = new Fingerprint();
        f.add(Long.toString(seed));
        new TreeMap<>(circumstances).forEach((name, value) -> f.add(name + "=" + value));
        return f.hex();
    }

    public static String of(Model model) {
        return of(OnnxFile.bytes(model));
    }

    /** Of a file that holds no model. */
    static String of(byte[] content) {
        Fingerprint f = new Fingerprint();
        f.digest.update(content);
        return f.hex();
    }

    /** Of what a step starts from and the step's settings. */
    static String plus(String fingerprint, Recipe.Step step) {
        Fingerprint f = new Fingerprint();
        f.add(fingerprint);
        f.add(step.kind().key());
        f.add(Yaml.print(Binder.write(step.config(), "")));
        return f.hex();
    }

    private void add(String text) {
        digest.update(text.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
    }

    private String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
