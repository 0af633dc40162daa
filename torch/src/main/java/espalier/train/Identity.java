package espalier.train;

import espalier.torch.Program;
import espalier.torch.Tensors;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** What makes two runs the same, so that one may go on from the other's checkpoint. */
final class Identity {
    private Identity() {}

    static Map<String, String> of(
            Program program, Training how, Objective objective, TrainingData data, Parametrization parametrization) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("settings", how.toString());
        facts.put("objective", objective.identity());
        facts.put("parametrization", parametrization.identity());
        facts.put(
                "data",
                data.train().data().size() + " samples of "
                        + data.train().data().name());
        facts.put("initial weights", weights(program));
        return facts;
    }

    /** SHA-256 over names, shapes and contents of parameters and running statistics. */
    private static String weights(Program program) {
        MessageDigest digest = CheckpointFile.sha256();
        for (Map<String, org.bytedeco.pytorch.Tensor> part :
                java.util.List.of(program.parameters(), program.buffers())) {
            part.forEach((name, t) -> {
                digest.update((name + java.util.Arrays.toString(Tensors.shape(t))).getBytes(StandardCharsets.UTF_8));
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
