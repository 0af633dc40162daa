package espalier.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A float network, ours and what ONNX Runtime's own quantizer makes of it, measured in one run by {@code quantize_static.py}. */
@Command(name = "quantizers", description = "Static INT8 beside ONNX Runtime's own quantizer.")
final class Quantizers implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "FLOAT", description = "The network before.")
    private Path floats = Path.of("");

    @Parameters(index = "1", paramLabel = "OURS", description = "What espalier quantize made of it.")
    private Path ours = Path.of("");

    @Option(
            names = "--data",
            required = true,
            description = "a folder with the four IDX files of MNIST or Fashion-MNIST")
    private Path data = Path.of("");

    @Option(names = "--name", description = "of the network, in the table (default: ${DEFAULT-VALUE})")
    private String name = "network";

    @Option(names = "--python", description = "with the peers' packages (default: ${DEFAULT-VALUE})")
    private String python = "python3";

    @Option(names = "--record", description = "the figures are added to this file")
    private @Nullable Path record;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Quantizers()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        Process process = new ProcessBuilder(
                        python,
                        Home.resolve("bench/peers/quantize_static.py").toString(),
                        floats.toString(),
                        ours.toString(),
                        "--data",
                        data.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("quantize_static.py ended with " + process.exitValue());
        }
        JsonNode printed = new JsonMapper().readTree(text.substring(text.indexOf('{')));
        System.out.println(printed.toPrettyString());
        if (record != null) {
            Figures figures = new Figures(record);
            for (var row : printed.get("rows").properties()) {
                figures.add(Figures.Line.of(
                        "quantizers",
                        name + ", " + row.getKey(),
                        "bench/quantizers FLOAT OURS --data DIR --python PYTHON",
                        figures(row.getValue())));
            }
        }
        return 0;
    }

    private static Map<String, Object> figures(JsonNode row) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("accuracy", row.get("accuracy").asDouble());
        map.put("bytes", row.get("bytes").asLong());
        map.put("millis1", row.at("/batch1/millis").asDouble());
        map.put("faster1", row.at("/batch1/faster").asDouble());
        map.put("millis64", row.at("/batch64/millis").asDouble());
        map.put("faster64", row.at("/batch64/faster").asDouble());
        return map;
    }
}
