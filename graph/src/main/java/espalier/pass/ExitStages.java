package espalier.pass;

import espalier.exit.ExitPoints;
import espalier.exit.Stage;
import espalier.graph.BadInputException;
import espalier.graph.Dim;
import espalier.graph.Edges;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Shape;
import espalier.graph.ValueInfo;
import espalier.op.Cost;
import espalier.op.InputShapes;
import espalier.op.SymbolicShapes;
import espalier.op.Trace;
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
    private final Graph graph;
    private final SymbolicShapes shapes;

    private ExitStages(Graph graph, SymbolicShapes shapes) {
        this.graph = graph;
        this.shapes = shapes;
    }

    /** The stages of a model whose inputs have no other free axis than the batch. */
    public static List<Stage> of(Model model) {
        return of(model, Map.of());
    }

    /**
     * The stages of a model with exits in its metadata, in order. What passes between them has the sizes that follow from those of the
     * inputs; only the batch stays free.
     *
     * @param sizes of inputs that have other free axes than the batch
     * @throws BadInputException when the model has one exit only, or a value that must pass between stages carries no batch
     */
    public static List<Stage> of(Model model, Map<String, Shape> sizes) {
        return cut(
                model,
                sizes,
                ExitPoints.of(model)
                        .orElseThrow(
                                () -> new BadInputException("the model has one exit only: give it more with 'exits'")));
    }

    /**
     * Multiply-adds of one sample up to each exit, the last included; exits before it count, for they are asked on the way.
     *
     * @param sizes of inputs that have other free axes than the batch
     */
    public static long[] macs(Model model, ExitPoints points, Map<String, Shape> sizes) {
        List<String> all = points.all(model);
        long[] macs = new long[all.size()];
        List<String> inputs =
                model.graph().requiredInputs().stream().map(ValueInfo::name).toList();
        for (int k = 0; k < macs.length; k++) {
            macs[k] = macs(Part.between(model, inputs, all.subList(0, k + 1)), sizes);
        }
        return macs;
    }

    private static long macs(Model part, Map<String, Shape> sizes) {
        return Cost.of(part, Trace.of(part, InputShapes.of(part, 1, sizes))).macs();
    }

    private long macs(Model stage) {
        Map<String, Shape> sizes = new HashMap<>();
        stage.graph()
                .requiredInputs()
                .forEach(in -> sizes.put(in.name(), shapes.trace().shape(in.name())));
        return macs(stage, sizes);
    }

    private static List<Stage> cut(Model model, Map<String, Shape> sizes, ExitPoints points) {
        ExitStages work = new ExitStages(model.graph(), SymbolicShapes.of(model, sizes));
        Map<String, String> kept = new LinkedHashMap<>();
        if (model.metadata().containsKey(Model.NORMALIZATION)) {
            kept.put(Model.NORMALIZATION, model.metadata().getOrDefault(Model.NORMALIZATION, ""));
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
            Model part = Part.between(declared, reads.get(k), out);
            stages.add(
                    new Stage(part, work.macs(part), List.copyOf(reads.get(k)), outputs.get(k), List.copyOf(carries)));
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
