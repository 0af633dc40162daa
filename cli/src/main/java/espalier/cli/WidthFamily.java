package espalier.cli;

import espalier.graph.Model;
import espalier.graph.Shape;
import espalier.onnx.OnnxFile;
import espalier.op.Cost;
import espalier.op.InputShapes;
import espalier.op.Trace;
import espalier.pack.PackedFile;
import espalier.runtime.Artifact;
import espalier.runtime.FamilyManifest;
import espalier.runtime.Variant;
import espalier.width.Widths;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A model of several widths as a family: one packed file, in which the weights are once, and a manifest with a variant for each width.
 * Beside them lies an ONNX file for each width, for other runtimes.
 */
final class WidthFamily {
    private static final String PACKED = "widths.esp";

    private WidthFamily() {}

    /**
     * Writes {@code widths.esp}, {@code family.json} and {@code width-1.onnx}, {@code width-0.5.onnx}, ... into a folder.
     *
     * @param shapes of inputs whose sizes are not fixed
     * @param time for the latency of each width, on one thread
     * @param model with widths in its metadata
     * @return the manifest's path
     */
    static Path write(Model model, Path folder, Map<String, Shape> shapes, Duration time) throws IOException {
        Widths widths = Widths.of(model).orElseThrow();
        Files.createDirectories(folder);
        removeOld(folder);
        Path packed = folder.resolve(PACKED);
        PackedFile.write(PackedFile.pack(model).bytes(), packed);
        List<Model> networks = new ArrayList<>();
        for (int i = 0; i < widths.widths().size(); i++) {
            networks.add(widths.network(model, i));
        }
        double[] millis = new OrtReferee(1, shapes, time).latencyMillis(networks);
        List<Variant> variants = new ArrayList<>();
        for (int i = 0; i < networks.size(); i++) {
            double width = widths.widths().get(i);
            String name = "width-" + Widths.text(width);
            Path file = folder.resolve(name + ".onnx");
            OnnxFile.write(networks.get(i), file);
            Cost cost = cost(networks.get(i), shapes);
            variants.add(new Variant(
                    name,
                    Artifact.of(packed),
                    cost.macs(),
                    cost.peakActivationBytes(),
                    widths.accuracies().isEmpty()
                            ? OptionalDouble.empty()
                            : OptionalDouble.of(widths.accuracies().get(i)),
                    Map.of(1, millis[i]),
                    Optional.empty(),
                    Optional.of(new Variant.Part(widths.outputs().get(i), Files.size(file)))));
        }
        Path manifest = folder.resolve(FamilyManifest.FILE);
        FamilyManifest.judged(variants).write(manifest);
        return manifest;
    }

    private static void removeOld(Path folder) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "width-*.onnx")) {
            for (Path f : files) {
                Files.delete(f);
            }
        }
    }

    private static Cost cost(Model model, Map<String, Shape> shapes) {
        return Cost.of(model, Trace.of(model, InputShapes.of(model, 1, shapes)));
    }
}
