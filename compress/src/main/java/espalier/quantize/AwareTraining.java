package espalier.quantize;

import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Tensor;
import espalier.op.InputShapes;
import espalier.op.Trace;
import espalier.torch.FakeQuantize;
import espalier.work.Outcome;
import espalier.work.Retraining;
import espalier.work.Workbench;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Trains a network whose activations pass {@code FakeQuantize} where the quantized network has its grids, and whose weights are seen
 * on theirs; then writes that down in whole numbers.
 */
final class AwareTraining {
    private final Quantize settings;
    private final Awareness aware;
    private final Workbench bench;

    AwareTraining(Quantize settings, Workbench bench) {
        this.settings = settings;
        this.aware = settings.aware();
        this.bench = bench;
    }

    Model run(Model model, Placement placement, Map<String, Histogram> histograms, List<String> notes) {
        Map<String, Bits> bits = bits(placement.layers());
        Map<String, Grid> grids = grids(placement, histograms, bits);
        Map<String, String> names = new LinkedHashMap<>();
        Model faked = faked(model, placement, grids, names);
        Steps steps = new Steps(
                faked,
                placement.layers(),
                bits,
                features(model, grids, names),
                largest(placement, grids, names),
                aware.learnsSteps());
        Outcome outcome = Retraining.run(aware.training().orElseThrow(), aware.against(), faked, bench, steps);
        notes.addAll(outcome.notes());
        Graph after = outcome.model().graph();
        Map<String, Tensor> weights = new LinkedHashMap<>(model.graph().initializers());
        weights.replaceAll((name, old) -> after.initializers().getOrDefault(name, old));
        Map<String, Grid> learned = new LinkedHashMap<>();
        grids.forEach((value, g) -> {
            String step = names.get(placement.source(value));
            float scale = Objects.requireNonNull(after.initializers().get(step), value)
                    .toFloats()[0];
            learned.put(value, limited(new Grid(scale, g.zero(), g.low(), g.high()), placement, value));
        });
        Model trained = model.withGraph(model.graph().withInitializers(weights));
        return WholeNumbers.of(trained, placement, learned, layer -> {
            String w = layer.node().input(1);
            Bits b = Objects.requireNonNull(bits.get(w), w);
            Signed seen = new Signed(
                    layer.weight(trained.graph()),
                    layer.axis(),
                    Objects.requireNonNull(steps.scales().get(w), w),
                    b.low(),
                    b.high());
            float[] bias = layer.bias(trained.graph()).map(Tensor::toFloats).orElse(new float[0]);
            String input = layer.node().input(0);
            return seen.withRoomFor(
                    bias, Objects.requireNonNull(learned.get(input), input).scale());
        });
    }

    /** By the name of the weight: the first and the last layer keep 8 bits. */
    private Map<String, Bits> bits(List<Weighted> layers) {
        Map<String, Bits> bits = new LinkedHashMap<>();
        for (int i = 0; i < layers.size(); i++) {
            boolean edge = i == 0 || i == layers.size() - 1;
            bits.put(
                    layers.get(i).node().input(1),
                    edge
                            ? Bits.bytes(settings.target())
                            : Bits.of(aware.weightBits(), aware.activationBits(), settings.target()));
        }
        return bits;
    }

    private Map<String, Grid> grids(Placement placement, Map<String, Histogram> histograms, Map<String, Bits> bits) {
        List<Weighted> layers = placement.layers();
        List<String> wide = List.of(
                placement.source(layers.get(0).node().input(0)),
                placement.source(layers.get(layers.size() - 1).node().input(0)));
        int narrow = (1 << aware.activationBits()) - 1;
        Range range = narrow < 255 ? new Mse() : settings.range();
        Map<String, Grid> grids = new LinkedHashMap<>();
        for (String v : placement.values()) {
            String source = placement.source(v);
            int steps = wide.contains(source) ? 255 : narrow;
            Histogram h = Objects.requireNonNull(histograms.get(source), source);
            Interval covered = range.of(h, steps).withZero();
            Grid grid = Grid.unsigned(covered.largest() == 0 ? new Interval(0, 1) : covered, steps);
            grids.put(v, limited(grid, placement, v));
        }
        return grids;
    }

    /** A grid that reaches beyond the clip before it keeps the clip from being left out, and the layer from whole numbers. */
    private static Grid limited(Grid grid, Placement placement, String value) {
        return placement.ceiling(placement.source(value)).map(grid::atMost).orElse(grid);
    }

    /** The float network with a {@code FakeQuantize} behind every value that has a grid of its own. */
    static Model faked(Model model, Placement placement, Map<String, Grid> grids, Map<String, String> names) {
        Graph g = model.graph();
        Map<String, Tensor> initializers = new LinkedHashMap<>(g.initializers());
        Map<String, String> onGrid = new LinkedHashMap<>();
        List<Node> nodes = new ArrayList<>();
        List<String> outputs = g.outputNames();
        g.inputs().forEach(i -> fake(i.name(), i.name(), placement, grids, g, initializers, names, onGrid, nodes));
        for (Node n : g.nodes()) {
            Node read = n;
            for (int i = 0; i < n.inputs().size(); i++) {
                String v = n.input(i);
                boolean whole = placement.isMade(v)
                        || placement.isQuantized(n) && placement.data(n).contains(v) && grids.containsKey(v);
                if (whole) {
                    read = read.withInput(i, onGrid.getOrDefault(v, v));
                }
            }
            String y = n.output(0);
            boolean renamed = placement.isMade(y)
                    && outputs.contains(y)
                    && placement.source(y).equals(y);
            String raw = renamed ? g.freshName(y + ".float") : y;
            nodes.add(renamed ? read.withOutputs(List.of(raw)) : read);
            for (String o : n.outputs()) {
                fake(o, o.equals(y) ? raw : o, placement, grids, g, initializers, names, onGrid, nodes);
            }
        }
        return model.withGraph(g.withNodes(nodes).withInitializers(initializers));
    }

    private static void fake(
            String value,
            String raw,
            Placement placement,
            Map<String, Grid> grids,
            Graph g,
            Map<String, Tensor> initializers,
            Map<String, String> names,
            Map<String, String> onGrid,
            List<Node> nodes) {
        Grid grid = grids.get(value);
        if (grid == null || !placement.source(value).equals(value)) {
            return;
        }
        String step = g.freshName(value + ".step");
        String out = raw.equals(value) ? g.freshName(value + ".grid") : value;
        initializers.put(step, Tensor.scalar(grid.scale()));
        names.put(value, step);
        nodes.add(new FakeQuantize(grid.zero(), grid.low(), grid.high()).node(raw, step, out));
        onGrid.put(value, out);
    }

    /** The largest step for each step of an activation that is clipped. */
    private static Map<String, Double> largest(
            Placement placement, Map<String, Grid> grids, Map<String, String> names) {
        Map<String, Double> largest = new LinkedHashMap<>();
        names.forEach((value, step) -> placement.ceiling(value).ifPresent(most -> {
            Grid g = Objects.requireNonNull(grids.get(value), value);
            largest.put(step, most / Math.max(1, g.high() - g.zero()));
        }));
        return largest;
    }

    /** N Q_P for each step of an activation. */
    private Map<String, Double> features(Model model, Map<String, Grid> grids, Map<String, String> names) {
        Trace trace = Trace.of(model, InputShapes.of(model, 1, bench.shapes()));
        Map<String, Double> features = new LinkedHashMap<>();
        names.forEach((value, step) -> {
            int high = Objects.requireNonNull(grids.get(value)).high();
            features.put(
                    step,
                    (double) trace.type(value).map(t -> t.shape().elements()).orElse(1L) * high);
        });
        return features;
    }
}
