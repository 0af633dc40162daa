package espalier.recipe;

import espalier.config.Binder;
import espalier.data.DataSet;
import espalier.data.DataSource;
import espalier.data.InputSpec;
import espalier.graph.DType;
import espalier.graph.Model;
import espalier.onnx.OnnxFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** One text for everything that the result of a step depends on: SHA-256, hexadecimal. */
final class Fingerprint {
    /** Samples of a data set that are looked at, evenly spaced: enough to tell two data sets apart. */
    private static final int SAMPLES = 512;

    private final MessageDigest digest;

    private Fingerprint() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Of what a run starts from. */
    static String of(Model model, DataSource data, long seed, Map<String, String> versions) {
        Fingerprint f = new Fingerprint();
        f.digest.update(OnnxFile.bytes(model));
        f.add(data.train());
        data.test().ifPresent(f::add);
        f.add(Long.toString(seed));
        new TreeMap<>(versions).forEach((name, version) -> f.add(name + "=" + version));
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

    private void add(DataSet data) {
        add(data.size() + " samples of " + data.inputs());
        int looked = Math.min(SAMPLES, data.size());
        for (int i = 0; i < looked; i++) {
            int sample = (int) ((long) i * data.size() / looked);
            for (int input = 0; input < data.inputs().size(); input++) {
                add(data, sample, input);
            }
            if (data.labelled()) {
                digest.update((byte) data.label(sample));
            }
        }
    }

    private void add(DataSet data, int sample, int input) {
        InputSpec spec = data.inputs().get(input);
        ByteBuffer bytes = ByteBuffer.allocate(8 * spec.elements());
        if (spec.dtype() == DType.INT64) {
            long[] values = new long[spec.elements()];
            data.fill(sample, input, values, 0);
            bytes.asLongBuffer().put(values);
        } else {
            float[] values = new float[spec.elements()];
            data.fill(sample, input, values, 0);
            bytes.asFloatBuffer().put(values);
        }
        digest.update(bytes);
    }

    private String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
