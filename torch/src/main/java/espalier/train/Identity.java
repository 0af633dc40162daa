package espalier.train;

import espalier.data.DataSet;
import espalier.torch.Program;
import espalier.torch.Tensors;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** What makes two runs the same, so that one may go on from the other's checkpoint. */
final class Identity {
    private static final int LOOKED_AT = 16;

    private Identity() {}

    static Map<String, String> of(
            Program program, Training how, Objective objective, TrainingData data, Parametrization parametrization) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("settings", how.toString());
        facts.put("objective", objective.identity());
        facts.put("parametrization", parametrization.identity());
        facts.put("data", data(data.train().data()));
        facts.put("initial weights", weights(program));
        return facts;
    }

    /** By some of the samples, not by name: the same data may lie elsewhere, and other data in the same place. */
    private static String data(DataSet all) {
        MessageDigest digest = CheckpointFile.sha256();
        for (int i = 0; i < LOOKED_AT; i++) {
            int sample = (int) ((long) i * all.size() / LOOKED_AT);
            digest.update(
                    ByteBuffer.allocate(Long.BYTES).putLong(all.label(sample)).array());
            for (int input = 0; input < all.inputs().size(); input++) {
                float[] values = new float[all.inputs().get(input).elements()];
                all.fill(sample, input, values, 0);
                digest.update(Arrays.toString(values).getBytes(StandardCharsets.UTF_8));
            }
        }
        return all.size() + " samples, " + HexFormat.of().formatHex(digest.digest());
    }

    /** SHA-256 over names, shapes and contents of parameters and running statistics. */
    private static String weights(Program program) {
        MessageDigest digest = CheckpointFile.sha256();
        for (Map<String, org.bytedeco.pytorch.Tensor> part :
                java.util.List.of(program.parameters(), program.buffers())) {
            part.forEach((name, t) -> {
                digest.update((name + Arrays.toString(Tensors.shape(t))).getBytes(StandardCharsets.UTF_8));
                digest.update(Tensors.toHost(t).data());
            });
        }
        program.model()
                .graph()
                .nodes()
                .forEach(n -> digest.update((n.opType() + n.inputs() + n.outputs()).getBytes(StandardCharsets.UTF_8)));
        return HexFormat.of().formatHex(digest.digest());
    }
}
