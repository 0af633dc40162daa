package espalier.bench;

import espalier.channel.ChannelGroup;
import espalier.channel.ChannelGroups;
import espalier.channel.Choice;
import espalier.channel.Cut;
import espalier.channel.Masked;
import espalier.graph.Model;
import espalier.prune.Evidence;
import espalier.prune.L1;
import espalier.prune.WeightEvidence;
import java.util.Arrays;
import java.util.List;

/**
 * Half of every channel group gone.
 *
 * @param groups how many there are
 * @param millis median time to find them, a first round not counted
 * @param cut the model without the weaker halves, by L1 norm
 * @param masked the model with zeros in their place
 * @param opposite the model with zeros in place of the stronger halves
 */
record HalfCut(int groups, double millis, Model cut, Model masked, Model opposite) {
    private static final int ROUNDS = 5;

    static HalfCut of(Model model) {
        ChannelGroups groups = ChannelGroups.of(model);
        double millis = Stopwatch.medianMillis(ROUNDS, () -> ChannelGroups.of(model));
        Choice weak = half(model, groups, 1);
        return new HalfCut(
                groups.groups().size(),
                millis,
                Cut.apply(model, weak),
                Masked.apply(model, weak),
                Masked.apply(model, half(model, groups, -1)));
    }

    private static Choice half(Model model, ChannelGroups groups, int sign) {
        Evidence evidence = WeightEvidence.of(model);
        Choice choice = Choice.none(groups);
        for (ChannelGroup g : groups.groups()) {
            double[] scores = new L1().ofUnits(List.of(g), evidence).get(0);
            Arrays.setAll(scores, u -> sign * scores[u]);
            choice = choice.with(g, Choice.weakest(g, scores, g.size() / 2));
        }
        return choice;
    }
}
