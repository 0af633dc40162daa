package espalier.prune;

import espalier.config.Family;
import espalier.graph.BadInputException;
import espalier.graph.Model;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Which single weights of a network go. */
final class WeightPlan implements Plan {
    private final Model model;
    private final Prune settings;
    private final WeightPattern pattern;
    private final Sensitivity sensitivity;
    private final List<Matrix> matrices;

    WeightPlan(Model model, Prune settings, WeightPattern pattern, Sensitivity sensitivity) {
        if (settings.macs().isPresent()) {
            throw new BadInputException(
                    "macs needs granularity channels or heads: zeros among the weights save no multiply-adds");
        }
        this.model = model;
        this.settings = settings;
        this.pattern = pattern;
        this.sensitivity = sensitivity;
        this.matrices = Layers.chosen(
                Matrix.of(model.graph()), m -> List.of(m.layer()), settings.include(), settings.exclude());
    }

    @Override
    public List<String> layers() {
        return matrices.stream().map(Matrix::layer).toList();
    }

    @Override
    public Set<String> maskable(boolean everywhere) {
        Set<String> names = new TreeSet<>();
        matrices.forEach(m -> names.add(m.initializer()));
        return names;
    }

    private List<Scored> scores(Evidence evidence) {
        List<String> names = matrices.stream().map(Matrix::initializer).toList();
        List<double[]> scores = settings.importance().ofWeights(names, evidence);
        List<Scored> scored = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            Matrix m = matrices.get(i);
            Layers.requireFinite(m.layer(), scores.get(i));
            scored.add(new Scored(
                    m.layer(), zerosLast(scores.get(i), evidence.weights(names.get(i))), sensitivity.of(m.layer())));
        }
        return scored;
    }

    /** What is zero already, because it was pruned before, goes before anything else. */
    private static double[] zerosLast(double[] scores, float[] weights) {
        double[] out = scores.clone();
        for (int i = 0; i < out.length; i++) {
            out[i] = weights[i] == 0 ? Math.min(Masks.GONE, out[i]) : out[i];
        }
        return out;
    }

    @Override
    public Without without(Evidence evidence) {
        List<Scored> scores = scores(evidence);
        return (layer, ratio) -> {
            Matrix matrix = matrices.get(layer);
            List<float[]> mask = pattern.masks(List.of(matrix), List.of(scores.get(layer)), new PerLayer(), ratio);
            return Masks.apply(model, Map.of(matrix.initializer(), mask.get(0)));
        };
    }

    @Override
    public Map<String, float[]> masks(Evidence evidence, double share, boolean everywhere) {
        List<Scored> scores = scores(evidence);
        List<float[]> masks = pattern.masks(
                matrices,
                scores,
                settings.selection().scaled(share),
                settings.goal().part(share).ratio());
        Map<String, float[]> byName = new TreeMap<>();
        for (int i = 0; i < masks.size(); i++) {
            requireSome(matrices.get(i).layer(), masks.get(i));
            byName.put(matrices.get(i).initializer(), masks.get(i));
        }
        return byName;
    }

    private void requireSome(String layer, float[] mask) {
        for (float m : mask) {
            if (m != 0) {
                return;
            }
        }
        throw BadInputException.of(
                "%.1f%% of the weights, chosen by %s, are all of layer '%s': lower the ratio, exclude the layer, or select per-layer",
                100 * settings.ratio(), Family.keyOf(settings.selection()), layer);
    }

    /** One line for each layer: how much of it is left. */
    List<String> describe(Model pruned) {
        List<String> lines = new ArrayList<>();
        for (Matrix m : matrices) {
            float[] w = pruned.graph().constant(m.initializer()).orElseThrow().toFloats();
            lines.add(String.format(
                    java.util.Locale.ROOT, "%s: %.1f %% of %d weights kept", m.layer(), 100 * Masks.kept(w), w.length));
        }
        return lines;
    }
}
