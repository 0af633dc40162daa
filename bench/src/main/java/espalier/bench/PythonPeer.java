package espalier.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** PyTorch in Python, by {@code bench/peers/train_throughput.py}. */
record PythonPeer(Path python, Path script) {
    private static final JsonMapper MAPPER = new JsonMapper();

    /** The measured step and the version that ran it. */
    record Answer(String version, Timing timing) {}

    Answer measure(String net, String layout, String precision, double seconds, int batch, int threads)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(python.toString(), script.toString()));
        command.addAll(List.of("--net", net, "--layout", layout, "--precision", precision));
        command.addAll(List.of("--seconds", String.valueOf(seconds), "--batch", String.valueOf(batch)));
        command.addAll(List.of("--threads", String.valueOf(threads)));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        // our launcher's settings of the allocator are not those that its users have
        builder.environment().keySet().removeIf(name -> name.startsWith("MALLOC_"));
        Process process = builder.start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(script + " ended with " + process.exitValue());
        }
        JsonNode report = MAPPER.readTree(text);
        JsonNode row = report.get("rows").get(0);
        return new Answer(
                report.get("torch").asString(),
                new Timing(
                        row.get("median_ms").asDouble(),
                        row.get("fastest_ms").asDouble(),
                        row.get("median_cpu_ms").asDouble()));
    }
}
