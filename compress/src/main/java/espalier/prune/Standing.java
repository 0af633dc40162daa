package espalier.prune;

import espalier.channel.ChannelGroup;
import espalier.channel.ChannelGroups;
import espalier.graph.BadInputException;
import espalier.graph.Model;
import espalier.graph.Shape;
import espalier.pass.Passes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How the units of a layer stand to each other, to look at before pruning.
 *
 * @param layer a channel group's name
 * @param scores of its units, rising
 * @param health where the scores are norms
 */
public record Standing(String layer, double[] scores, Optional<Health> health) {
    /** Of all channel groups, as the weights alone tell; importances that look at data refuse. */
    public static List<Standing> of(Importance importance, Model input, Map<String, Shape> shapes) {
        Model model = Passes.beforeTraining().apply(input);
        List<ChannelGroup> groups = ChannelGroups.of(model, shapes).groups();
        if (groups.isEmpty()) {
            throw new BadInputException("no layer of this model can lose channels: see espalier inspect --groups");
        }
        List<double[]> scores = importance.ofUnits(groups, WeightEvidence.of(model));
        List<Standing> all = new ArrayList<>();
        for (int i = 0; i < groups.size(); i++) {
            all.add(of(importance, groups.get(i).name(), scores.get(i)));
        }
        return all;
    }

    static Standing of(Importance importance, String layer, double[] scores) {
        Layers.requireFinite(layer, scores);
        double[] rising = scores.clone();
        Arrays.sort(rising);
        return new Standing(layer, rising, importance.isNorm() ? Optional.of(Health.of(rising)) : Optional.empty());
    }

    public int units() {
        return scores.length;
    }

    public double smallest() {
        return scores[0];
    }

    public double median() {
        return (scores[(scores.length - 1) / 2] + scores[scores.length / 2]) / 2;
    }

    public double largest() {
        return scores[scores.length - 1];
    }

    /** How many units lie in each of some equal parts of the way from zero to the largest. */
    public int[] histogram(int parts) {
        int[] counts = new int[parts];
        for (double s : scores) {
            double at = largest() > 0 ? s / largest() : 0;
            counts[(int) Math.max(0, Math.min(parts - 1, Math.floor(at * parts)))]++;
        }
        return counts;
    }
}
