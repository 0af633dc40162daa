package espalier.prune;

import espalier.channel.ChannelGroup;
import espalier.channel.ChannelGroups;
import espalier.channel.Choice;
import espalier.channel.Cut;
import espalier.graph.BadInputException;
import espalier.graph.Model;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.op.Cost;
import espalier.op.InputShapes;
import espalier.op.Trace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which channels of a model go, by the settings of a pruning step. */
final class Plan {
    /** Halvings of the ratio's interval: finer than one channel in a thousand. */
    private static final int HALVINGS = 12;

    private final Model model;
    private final Prune settings;
    private final Map<String, Shape> shapes;
    private final ChannelGroups all;
    private final List<ChannelGroup> groups;
    private final List<double[]> scores;

    Plan(Model model, Prune settings) {
        this.model = model;
        this.settings = settings;
        this.shapes = InputShapes.of(model, 1, Map.of());
        this.all = ChannelGroups.of(model);
        this.groups = Layers.chosen(all.groups(), settings.include(), settings.exclude());
        this.scores = scores();
    }

    private List<double[]> scores() {
        Map<String, float[]> weights = new HashMap<>();
        List<double[]> scores = new ArrayList<>();
        for (ChannelGroup g : groups) {
            double[] s = settings.importance().scores(g, name -> weights.computeIfAbsent(name, this::weights));
            requireFinite(g, s);
            scores.add(s);
        }
        return scores;
    }

    private float[] weights(String initializer) {
        return model.graph().constant(initializer).map(Tensor::toFloats).orElseThrow();
    }

    private static void requireFinite(ChannelGroup group, double[] scores) {
        for (double s : scores) {
            if (!Double.isFinite(s)) {
                throw BadInputException.of(
                        "layer '%s' has weights that are NaN or infinite: train the model again before pruning it",
                        group.name());
            }
        }
    }

    /** The choice for the step's ratio, or the mildest one that meets its goal of multiply-adds. */
    Choice choice() {
        return settings.macs().isPresent() ? forMacs(settings.macs().getAsDouble()) : forRatio(settings.ratio());
    }

    private Choice forMacs(double share) {
        double most = share * macs(model);
        double mild = 0;
        double harsh = 1;
        Choice best = forRatio(harsh);
        long least = macs(Cut.apply(model, best));
        if (least > most) {
            throw BadInputException.of(
                    "macs of %.1f%% cannot be reached: with the narrowest widths %.1f%% remain; lower 'minimum' or prune more layers",
                    100 * share, 100.0 * least / macs(model));
        }
        for (int i = 0; i < HALVINGS; i++) {
            double middle = (mild + harsh) / 2;
            Choice candidate = forRatio(middle);
            if (macs(Cut.apply(model, candidate)) <= most) {
                harsh = middle;
                best = candidate;
            } else {
                mild = middle;
            }
        }
        return best;
    }

    private long macs(Model m) {
        return Cost.of(m, Trace.of(m, shapes)).macs();
    }

    private Choice forRatio(double ratio) {
        double[] kept = settings.selection().kept(scores, ratio);
        Choice choice = Choice.none(all);
        for (int i = 0; i < groups.size(); i++) {
            ChannelGroup g = groups.get(i);
            int stay = settings.widths().nearest(kept[i], g.size());
            choice = choice.with(g, Choice.weakest(g, scores.get(i), g.size() - stay));
        }
        return choice;
    }

    /** One line for each group that becomes narrower. */
    List<String> describe(Choice choice) {
        List<String> lines = new ArrayList<>();
        for (ChannelGroup g : groups) {
            int gone = choice.removed(g).cardinality();
            if (gone > 0) {
                String others = g.origins().size() > 1 ? " (and " + (g.origins().size() - 1) + " coupled)" : "";
                lines.add(g.name() + others + ": " + g.size() + " -> " + (g.size() - gone));
            }
        }
        return lines;
    }
}
