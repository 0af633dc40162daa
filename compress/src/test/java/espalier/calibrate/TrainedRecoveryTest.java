package espalier.calibrate;

import static org.assertj.core.api.Assertions.assertThat;

import espalier.channel.ChannelGroup;
import espalier.channel.ChannelGroups;
import espalier.channel.Choice;
import espalier.channel.Cut;
import espalier.channel.Role;
import espalier.channel.Slot;
import espalier.data.Batches;
import espalier.data.Batching;
import espalier.data.Data;
import espalier.data.DataSet;
import espalier.data.Normalization;
import espalier.data.Reading;
import espalier.data.Split;
import espalier.graph.Model;
import espalier.graph.Tensor;
import espalier.torch.Program;
import espalier.torch.Threads;
import espalier.train.CrossEntropy;
import espalier.train.Progress;
import espalier.train.Trainer;
import espalier.train.Training;
import espalier.train.TrainingData;
import espalier.zoo.Zoo;
import java.io.IOException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Networks that learned something lose channels, and get part of it back without training. */
class TrainedRecoveryTest {
    private static DataSet train;
    private static Batches judging;

    @BeforeAll
    static void some_images() throws IOException {
        Threads.set(1);
        DataSet all = Data.open("../samples/fashion-mnist", new Reading()).train();
        Split split = Split.of(Split.of(all, 0.05, 1).validation(), 0.1, 2);
        train = split.train();
        judging = Batches.of(split.validation(), Batching.inOrder(300, Normalization.NONE));
    }

    private static Model trained(String key) {
        Model m = Zoo.create(key, 1, 28, 28, 10, 1);
        Training how = new Training().withEpochs(2);
        try (Program program = Program.of(m)) {
            Trainer.of(program, how, new CrossEntropy(), TrainingData.of(train, Normalization.NONE, how))
                    .run(Progress.NONE);
            return program.weightsInto(m);
        }
    }

    /** One of so many channels of every group goes, those with the smallest weights. */
    private static Choice without(Model m, int share) {
        ChannelGroups groups = ChannelGroups.of(m);
        Choice choice = Choice.none(groups);
        for (ChannelGroup g : groups.groups()) {
            double[] scores = new double[g.size()];
            for (Slot s : g.slots(Role.PRODUCER)) {
                double[] sums =
                        s.sums(g, m.graph().initializers().get(s.initializer()).toFloats(), Math::abs);
                for (int u = 0; u < scores.length; u++) {
                    scores[u] += sums[u];
                }
            }
            choice = choice.with(g, Choice.weakest(g, scores, g.size() / share));
        }
        return choice;
    }

    /** Mean squared difference of the logits, relative to their mean square. */
    private static double error(Model original, Model other) {
        Tensor a = Referee.value(original, judging, "logits");
        Tensor b = Referee.value(other, judging, "logits");
        double apart = 0;
        double all = 0;
        for (int i = 0; i < a.elements(); i++) {
            double d = a.doubleAt(i) - b.doubleAt(i);
            apart += d * d;
            all += a.doubleAt(i) * a.doubleAt(i);
        }
        return apart / all;
    }

    @Test
    void each_repair_brings_the_outputs_closer_to_the_originals() {
        Batches data = Batches.of(train, Batching.inOrder(128, Normalization.NONE));
        Model m = trained("vgg11@0.125");
        Choice quarter = without(m, 4);
        double before = error(m, Cut.apply(m, quarter));
        assertThat(error(m, repaired(new BatchNormStatistics(512), m, quarter, data)))
                .isLessThan(0.7 * before);
        assertThat(error(m, repaired(new BiasCorrection(256), m, quarter, data)))
                .isLessThan(0.95 * before);
        Choice half = without(m, 2);
        Recovery squares = new LeastSquares(256, 10, 1e-4, 0);
        Model reconstructed = repaired(squares, m, half, data);
        assertThat(error(m, reconstructed)).isLessThan(error(m, Cut.apply(m, half)) / 4);
        assertThat(repaired(squares, m, half, data)).isEqualTo(reconstructed);
    }

    private static Model repaired(Recovery recovery, Model original, Choice choice, Batches data) {
        return recovery.apply(original, Cut.apply(original, choice), Survivors.of(choice), data);
    }
}
