package espalier.runtime;

import espalier.config.Family;
import espalier.exit.ExitPoints;
import espalier.exit.Stage;
import espalier.graph.BadInputException;
import espalier.graph.Model;
import espalier.onnx.OnnxFile;
import espalier.onnx.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What {@code exits.json} says: a model with several exits, cut into one file for each.
 *
 * @param stages in the order in which they run
 * @param policy when a sample leaves
 * @param normalization of the samples, as {@code espalier.normalization} has it; may be empty
 */
public record ExitManifest(List<File> stages, ExitPolicy policy, String normalization) {
    /** The manifest's name in its folder. */
    public static final String FILE = "exits.json";

    private static final String FORMAT = "espalier-exits";
    private static final int VERSION = 1;

    /**
     * One file.
     *
     * @param file the part of the network up to this exit that no stage before has computed
     * @param macs multiply-adds of this stage for one sample
     * @param inputs values it reads: inputs of the network and what stages before it put out
     * @param output the exit's scores
     * @param carries values it puts out for later stages
     */
    public record File(Artifact file, long macs, List<String> inputs, String output, List<String> carries) {
        public File {
            inputs = List.copyOf(inputs);
            carries = List.copyOf(carries);
        }
    }

    public ExitManifest {
        stages = List.copyOf(stages);
    }

    /** What has to be given: values that a stage reads and none before it puts out. */
    public List<String> inputs() {
        Set<String> given = new LinkedHashSet<>();
        Set<String> carried = new HashSet<>();
        for (File s : stages) {
            s.inputs().stream().filter(in -> !carried.contains(in)).forEach(given::add);
            carried.addAll(s.carries());
        }
        return List.copyOf(given);
    }

    /** Multiply-adds of one sample up to each exit. */
    public long[] macs() {
        long[] sums = new long[stages.size()];
        long sum = 0;
        for (int i = 0; i < sums.length; i++) {
            sum += stages.get(i).macs();
            sums[i] = sum;
        }
        return sums;
    }

    static ExitManifest read(Path path) throws IOException {
        JsonObject json = JsonObject.parse(Artifact.text(path), path.toString());
        json.requireFormat(FORMAT, VERSION);
        List<File> stages = json.objects("stages").stream()
                .map(s -> new File(
                        Artifact.of(s), s.whole("macs"), s.texts("inputs"), s.text("output"), s.texts("carries")))
                .toList();
        List<Double> thresholds = json.numbers("thresholds");
        if (stages.size() < 2 || thresholds.size() != stages.size() - 1) {
            throw BadInputException.of(
                    "%s: has %d stages and %d thresholds: every stage but the last needs one",
                    path, stages.size(), thresholds.size());
        }
        ExitPolicy policy = new ExitPolicy(ExitPoints.rule(json.text("rule")), thresholds);
        return new ExitManifest(stages, policy, json.text("normalization"));
    }

    /**
     * Writes {@code stage1.onnx}, {@code stage2.onnx}, ... and {@code exits.json} into a folder.
     *
     * @param model with exits in its metadata
     * @param stages of it, in order
     * @return the manifest's path
     */
    public static Path write(Model model, List<Stage> stages, Path folder) throws IOException {
        ExitPoints points = ExitPoints.of(model).orElseThrow();
        Files.createDirectories(folder);
        List<File> written = new ArrayList<>();
        for (Stage s : stages) {
            Path file = folder.resolve("stage" + (written.size() + 1) + ".onnx");
            OnnxFile.write(s.model(), file);
            written.add(new File(Artifact.of(file), s.macs(), s.inputs(), s.output(), s.carries()));
        }
        Path manifest = folder.resolve(FILE);
        new ExitManifest(
                        written,
                        new ExitPolicy(points.rule(), points.thresholds()),
                        model.metadata().getOrDefault(Model.NORMALIZATION, ""))
                .write(manifest);
        return manifest;
    }

    private void write(Path path) throws IOException {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("format", FORMAT);
        json.put("version", VERSION);
        json.put("rule", Family.keyOf(policy.rule()));
        json.put("thresholds", policy.thresholds());
        json.put("normalization", normalization);
        List<Object> all = new ArrayList<>();
        for (File s : stages) {
            Map<String, Object> stage = new LinkedHashMap<>();
            stage.put("file", s.file().file());
            stage.put("sha256", s.file().sha256());
            stage.put("bytes", s.file().bytes());
            stage.put("macs", s.macs());
            stage.put("inputs", s.inputs());
            stage.put("output", s.output());
            stage.put("carries", s.carries());
            all.add(stage);
        }
        json.put("stages", all);
        WholeFile.write(Json.text(json), path);
    }
}
