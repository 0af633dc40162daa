package espalier.distill;

import espalier.data.DataSet;
import espalier.graph.Model;
import espalier.onnx.OnnxFile;
import espalier.work.Workbench;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** Where a teacher's outputs are kept: beside the checkpoints, under a name that follows from the teacher and the data. */
final class Outputs {
    private static final int DIGITS = 32;

    private Outputs() {}

    static Path file(List<Model> teachers, List<String> wanted, Workbench bench) {
        MessageDigest digest = sha256();
        teachers.forEach(t -> digest.update(OnnxFile.bytes(t)));
        digest.update((wanted + bench.normalization().text()).getBytes(StandardCharsets.UTF_8));
        add(digest, bench.data().train());
        String name = "teacher-" + HexFormat.of().formatHex(digest.digest()).substring(0, DIGITS) + ".f32";
        return bench.checkpoint().resolveSibling(name);
    }

    private static void add(MessageDigest digest, DataSet data) {
        for (int input = 0; input < data.inputs().size(); input++) {
            float[] sample = new float[data.inputs().get(input).elements()];
            ByteBuffer bytes = ByteBuffer.allocate(sample.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < data.size(); i++) {
                data.fill(i, input, sample, 0);
                bytes.asFloatBuffer().put(sample);
                digest.update(bytes.array());
            }
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
