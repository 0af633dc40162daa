package espalier.cli;

import espalier.graph.BadInputException;
import espalier.graph.Model;
import espalier.onnx.OnnxFile;
import espalier.pack.LabelledOnnx;
import espalier.pack.PackedFile;
import espalier.pack.Packing;
import espalier.pass.FoldStatistics;
import espalier.pass.Stripped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        description = {
            "Writes a model into a packed file (.esp), bit for bit, and shows what each tensor takes: after pruning, with a",
            "codebook, and entropy-coded. Every command that runs models takes packed files too."
        },
        footer = {
            "",
            "Examples:",
            "  espalier pack pruned.onnx                        writes pruned.esp",
            "  espalier pack clustered.onnx -o small.esp --strip   without metadata and inner names",
            "  espalier pack binary.onnx --strip --fold-statistics   as small as it gets: half of each batch normalization goes too",
            "  espalier pack clustered.onnx --onnx -o small.onnx   plain ONNX with codebooks, for any runtime"
        })
final class PackCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "MODEL", description = "An ONNX file.")
    private Path path = Path.of("");

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Where to write (default: beside the model, with .esp at the end).")
    private Optional<Path> output = Optional.empty();

    @Option(
            names = "--strip",
            description =
                    "Leave out metadata but the normalization, and names of nodes, and shorten names inside; inputs and outputs keep theirs.")
    private boolean strip;

    @Option(
            names = "--fold-statistics",
            description =
                    "Batch normalizations keep scales and shifts alone, and biases before them go: for inference, not for training; outputs differ by rounding.")
    private boolean foldStatistics;

    @Option(
            names = "--onnx",
            description =
                    "Write ONNX with labels and codebooks instead, 4 times smaller, or 8 from opset 21 on, for any runtime.")
    private boolean onnx;

    @Option(names = "--force", description = "Overwrite the file.")
    private boolean force;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    PackCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        ModelFile file = ModelFile.read(path);
        Model whole = foldStatistics ? new FoldStatistics().apply(file.model()) : file.model();
        Model model = strip ? Stripped.of(whole) : whole;
        Path to = output.orElseGet(() -> withEnding(path, onnx ? ".labels.onnx" : ".esp"));
        prepare(to, force);
        if (onnx) {
            OnnxFile.write(LabelledOnnx.of(model), to);
        } else {
            Packing packing = PackedFile.pack(model);
            if (!OnnxFile.parse(OnnxFile.bytes(model)).equals(PackedFile.parse(packing.bytes()))) {
                throw new IllegalStateException("the packed model is not the model: please report it with the model");
            }
            PackedFile.write(packing.bytes(), to);
            console.table(table(packing), json);
        }
        long before = file.bytes();
        long after = Files.size(to);
        if (json && onnx) {
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("file", to.toString());
            document.put("bytes", after);
            document.put("before", before);
            console.json(document);
        }
        if (!json) {
            console.text(String.format(
                    java.util.Locale.ROOT,
                    "%s: %s instead of %s, %.1f times smaller%n",
                    Escape.controls(to.toString()),
                    Figures.bytes(after),
                    Figures.bytes(before),
                    (double) before / after));
        }
        return ExitCode.DONE;
    }

    static Path withEnding(Path path, String ending) {
        String name = String.valueOf(path.getFileName());
        int dot = name.lastIndexOf('.');
        return path.resolveSibling((dot > 0 ? name.substring(0, dot) : name) + ending);
    }

    /** Makes the folder of a file that is to be written, and refuses to overwrite one unless forced to. */
    static void prepare(Path file, boolean force) throws IOException {
        if (Files.exists(file) && !force) {
            throw BadInputException.of("%s: exists already: name another with -o, or give --force", file);
        }
        Files.createDirectories(file.toAbsolutePath().resolveSibling(""));
    }

    private static Table table(Packing packing) {
        Table table = new Table(
                Column.text("tensor", "tensor"),
                Column.text("shape", "shape"),
                Column.text("scheme", "scheme"),
                Column.percent("kept", "not zero"),
                Column.count("values", "values"),
                Column.bytes("dense", "dense"),
                Column.bytes("pruned", "pruned"),
                Column.bytes("codebook", "+ codebook"),
                Column.bytes("coded", "+ coded"),
                Column.percent("over", "over entropy"));
        long[] sums = new long[4];
        for (Packing.Line line : packing.tensors()) {
            table.row(
                    line.name(),
                    line.shape(),
                    line.scheme(),
                    (double) line.kept() / Math.max(1, line.shape().elements()),
                    line.values() == 0 ? Optional.empty() : line.values(),
                    line.dense(),
                    line.pruned(),
                    line.codebook(),
                    line.coded(),
                    line.values() == 0 ? Optional.empty() : line.coded() / line.bound() - 1);
            sums[0] += line.dense();
            sums[1] += line.pruned();
            sums[2] += line.codebook();
            sums[3] += line.coded();
        }
        Optional<?> none = Optional.empty();
        return table.row("(graph)", "", "deflate", none, none, none, none, none, packing.graphBytes(), none)
                .total("together", "", "", none, none, sums[0], sums[1], sums[2], sums[3] + packing.graphBytes(), none);
    }
}
