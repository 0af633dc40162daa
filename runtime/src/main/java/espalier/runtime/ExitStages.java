package espalier.runtime;

import espalier.exit.ExitPoints;
import espalier.graph.BadInputException;
import espalier.graph.Dim;
import espalier.graph.Edges;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.ValueInfo;
import espalier.onnx.OnnxFile;
import espalier.op.Cost;
import espalier.op.InputShapes;
import espalier.op.SymbolicShapes;
import espalier.op.Trace;
import espalier.pass.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Cuts a model with several exits into a stage for each, because ONNX Runtime cannot leave a graph half-way. A stage computes its
 * exit and what later stages read; only values with a row for each sample pass from stage to stage, everything else is computed
 * again where it is needed, so that a batch may shrink between stages.
 */
public final class ExitStages {
    private static final String NORMALIZATION = "espalier.normalization";

    private final Graph graph;
    private final SymbolicShapes shapes;

    private ExitStages(Graph graph, SymbolicShapes shapes) {
        this.graph = graph;
        this.shapes = shapes;
    }

    /** A stage and how it is connected. */
    private record Stage(Model model, List<String> inputs, String output, List<String> carries) {}

    /**
     * Writes {@code stage1.onnx}, {@code stage2.onnx}, ... and {@code exits.json} into a folder.
     *
     * @param model with exits in its metadata
     * @return the manifest's path
     * @throws BadInputException when the model has one exit only, or a value that must pass between stages carries no batch
     */
    public static Path write(Model model, Path folder) throws IOException {
        ExitPoints points = ExitPoints.of(model)
                .orElseThrow(() -> new BadInputException("the model has one exit only: give it more with 'exits'"));
        Files.createDirectories(folder);
        List<ExitManifest.Stage> written = new ArrayList<>();
        List<Stage> stages = cut(model, points);
        for (int i = 0; i < stages.size(); i++) {
            Stage s = stages.get(i);
            Path file = folder.resolve("stage" + (i + 1) + ".onnx");
            OnnxFile.write(s.model(), file);
            written.add(
                    new ExitManifest.Stage(Artifact.of(file), macs(s.model()), s.inputs(), s.output(), s.carries()));
        }
        Path manifest = folder.resolve(ExitManifest.FILE);
        ExitPolicy policy = new ExitPolicy(points.rule(), points.thresholds());
        new ExitManifest(written, policy, model.metadata().getOrDefault(NORMALIZATION, "")).write(manifest);
        return manifest;
    }

    private static long macs(Model stage) {
        return Cost.of(stage, Trace.of(stage, InputShapes.of(stage, 1, Map.of())))
                .macs();
    }

    private static List<Stage> cut(Model model, ExitPoints points) {
        ExitStages work = new ExitStages(model.graph(), SymbolicShapes.of(model, Map.of()));
        Map<String, String> kept = new LinkedHashMap<>();
        if (model.metadata().containsKey(NORMALIZATION)) {
            kept.put(NORMALIZATION, model.metadata().getOrDefault(NORMALIZATION, ""));
        }
        Model declared =
                model.withGraph(model.graph().withValueInfo(work.declared())).withMetadata(kept);
        List<String> outputs = points.all(model);
        List<Set<String>> reads = new ArrayList<>();
        Map<String, Integer> madeIn = new HashMap<>();
        model.graph().requiredInputs().forEach(in -> madeIn.put(in.name(), -1));
        for (int k = 0; k < outputs.size(); k++) {
            reads.add(work.reads(outputs.get(k), k, madeIn));
        }
        List<Stage> stages = new ArrayList<>();
        for (int k = 0; k < outputs.size(); k++) {
            Set<String> carries = new LinkedHashSet<>();
            for (Set<String> later : reads.subList(k + 1, reads.size())) {
                for (String v : later) {
                    if (madeIn.getOrDefault(v, -1) == k) {
                        carries.add(v);
                    }
                }
            }
            Set<String> out = new LinkedHashSet<>(List.of(outputs.get(k)));
            out.addAll(carries);
            carries.remove(outputs.get(k));
            stages.add(new Stage(
                    Part.between(declared, reads.get(k), out),
                    List.copyOf(reads.get(k)),
                    outputs.get(k),
                    List.copyOf(carries)));
        }
        return stages;
    }

    /** Walks back from an output to what is there already; notes what the stage makes. */
    private Set<String> reads(String output, int stage, Map<String, Integer> madeIn) {
        Set<String> reads = new LinkedHashSet<>();
        Set<String> needed = new HashSet<>(Set.of(output));
        Map<String, Integer> made = new HashMap<>();
        for (int i = graph.nodes().size() - 1; i >= 0; i--) {
            Node n = graph.nodes().get(i);
            if (n.outputs().stream().noneMatch(o -> needed.contains(o) && !isThere(o, madeIn))) {
                continue;
            }
            for (String o : n.outputs()) {
                if (!o.isEmpty() && shapes.hasRowPerSample(o)) {
                    made.put(o, stage);
                }
            }
            needed.addAll(n.inputs());
            needed.addAll(Edges.captures(n));
        }
        for (String v : needed) {
            if (isThere(v, madeIn)) {
                require(shapes, v);
                reads.add(v);
            }
        }
        made.forEach(madeIn::putIfAbsent);
        return reads;
    }

    private static boolean isThere(String value, Map<String, Integer> madeIn) {
        return madeIn.containsKey(value);
    }

    private static void require(SymbolicShapes shapes, String value) {
        if (!shapes.hasRowPerSample(value)) {
            throw BadInputException.of(
                    "'%s' %s carries no batch, so samples cannot leave one by one: export the model with a free batch",
                    value, shapes.text(value));
        }
    }

    private Map<String, ValueInfo> declared() {
        Map<String, ValueInfo> all = new LinkedHashMap<>();
        for (Node n : graph.nodes()) {
            for (String o : n.outputs()) {
                if (!o.isEmpty() && shapes.hasRowPerSample(o)) {
                    Dim[] dims = shapes.dims(o).stream()
                            .map(d -> d.dependsOnBatch() ? Dim.symbol("N") : Dim.of(d.offset()))
                            .toArray(Dim[]::new);
                    all.put(o, ValueInfo.of(o, shapes.trace().dtype(o), dims));
                }
            }
        }
        return all;
    }
}
