package espalier.channel;

import static org.assertj.core.api.Assertions.assertThat;

import espalier.graph.Model;
import espalier.graph.Tensor;
import espalier.onnx.OnnxFile;
import espalier.op.InputShapes;
import espalier.runtime.Difference;
import espalier.runtime.OrtSession;
import espalier.runtime.RandomInputs;
import espalier.runtime.SessionSettings;
import java.util.BitSet;
import java.util.Map;
import java.util.Random;

/** Cuts at random and asks ONNX Runtime whether the cut model and the masked model compute the same. */
final class Referee {
    private static final double TOLERANCE = 1e-4;

    private Referee() {}

    /** Half of every group, chosen at random. */
    static Choice half(ChannelGroups groups, long seed) {
        Random random = new Random(seed);
        Choice choice = Choice.none(groups);
        for (ChannelGroup g : groups.groups()) {
            double[] scores = random.doubles(g.size()).toArray();
            choice = choice.with(g, Choice.weakest(g, scores, g.size() / 2));
        }
        return choice;
    }

    /** Outputs of a model, without any of the runtime's own rewriting. */
    static Map<String, Tensor> run(Model model, int batch) {
        return run(model, RandomInputs.of(model, InputShapes.of(model, batch, Map.of()), 11));
    }

    static Map<String, Tensor> run(Model model, Map<String, Tensor> inputs) {
        try (OrtSession session = OrtSession.of(
                OnnxFile.bytes(model), new SessionSettings().withThreads(1).unoptimized())) {
            return session.run(inputs);
        }
    }

    static double difference(Model a, Model b, int batch) {
        return Difference.worst(Difference.between(run(a, batch), run(b, batch)));
    }

    /** Half of every group is cut: the masked model computes the same, and one with another choice does not. */
    static ChannelGroups requireCutInHalf(Model model) {
        ChannelGroups groups = ChannelGroups.of(model);
        Choice choice = half(groups, 1);
        Model cut = Cut.apply(model, choice);
        Model masked = Masked.apply(model, choice);
        assertThat(groups.groups()).isNotEmpty();
        for (ChannelGroup g : groups.groups()) {
            assertThat(choice.kept(g)).as("%s", g).isLessThan(g.size());
        }
        for (int batch : new int[] {1, Net.BATCH}) {
            assertThat(difference(masked, cut, batch))
                    .as("masked - cut at batch " + batch)
                    .isLessThan(TOLERANCE);
        }
        Model other = Masked.apply(model, half(groups, 2));
        assertThat(difference(masked, other, Net.BATCH))
                .as("masked - another choice")
                .isGreaterThan(10 * TOLERANCE);
        return groups;
    }

    static BitSet units(int... units) {
        BitSet set = new BitSet();
        for (int u : units) {
            set.set(u);
        }
        return set;
    }
}
