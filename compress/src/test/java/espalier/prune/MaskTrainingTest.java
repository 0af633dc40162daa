package espalier.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import espalier.channel.ChannelGroup;
import espalier.channel.ChannelGroups;
import espalier.channel.Choice;
import espalier.channel.Cut;
import espalier.data.Normalization;
import espalier.graph.Model;
import espalier.torch.Program;
import espalier.torch.Threads;
import espalier.train.AdamW;
import espalier.train.Averaging;
import espalier.train.CrossEntropy;
import espalier.train.Ema;
import espalier.train.NoAveraging;
import espalier.train.Optimizer;
import espalier.train.Parametrization.When;
import espalier.train.Progress;
import espalier.train.Sgd;
import espalier.train.Swa;
import espalier.train.Trainer;
import espalier.train.Training;
import espalier.train.TrainingData;
import espalier.zoo.Zoo;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Masks hold, or give way where the method says so. */
class MaskTrainingTest {
    private static final Desk.Clusters DATA = Desk.Clusters.of(96, 3, 1, 3, 3);
    private static final Model NET = Zoo.create("mlp-12", 1, 3, 3, 3, 1);
    private static final String WEIGHT = NET.graph().initializers().keySet().stream()
            .filter(n -> n.endsWith("weight"))
            .findFirst()
            .orElseThrow();

    @BeforeAll
    static void one_thread() {
        Threads.set(1);
    }

    private static Training training(Optimizer optimizer, Averaging averaging, int epochs) {
        Training d = new Training();
        return new Training(
                epochs,
                OptionalLong.empty(),
                16,
                optimizer,
                OptionalDouble.of(0.05),
                d.schedule(),
                0,
                0,
                averaging,
                d.clip(),
                0,
                0,
                d.augmentation(),
                d.precision(),
                1);
    }

    private static Model trained(Model model, Training how, MaskTraining masks) {
        TrainingData data = TrainingData.of(DATA, Normalization.NONE, how);
        try (Program program = Program.of(model)) {
            Trainer.of(program, how, new CrossEntropy(0), data).seeing(masks).run(Progress.NONE);
            return program.weightsInto(model);
        }
    }

    static Stream<Arguments> trainings() {
        Optimizer decaying = new Sgd().withLearningRate(0.05);
        return Stream.of(
                Arguments.of(decaying, new NoAveraging()),
                Arguments.of(decaying, new Ema()),
                Arguments.of(decaying, new Swa()),
                Arguments.of(new AdamW(), new Ema()));
    }

    /** Of the twelve hidden units the first five go. */
    private static Map<String, float[]> five(Model model) {
        Map<String, float[]> masks = new TreeMap<>();
        ChannelGroup hidden = ChannelGroups.of(model).groups().get(0);
        hidden.slots().forEach(s -> {
            float[] mask = masks.computeIfAbsent(s.initializer(), n -> ones(Desk.weights(model, n).length));
            s.walk((unit, from, to) -> {
                if (unit - hidden.first() < 5) {
                    java.util.Arrays.fill(mask, from, to, 0);
                }
            });
        });
        return masks;
    }

    private static float[] ones(int size) {
        float[] ones = new float[size];
        java.util.Arrays.fill(ones, 1);
        return ones;
    }

    /** The independent check: a network from which the units are cut never knew them. */
    @ParameterizedTest
    @MethodSource("trainings")
    void a_masked_network_learns_as_a_cut_one_does(Optimizer optimizer, Averaging averaging) {
        Training how = training(optimizer, averaging, 3);
        ChannelGroups groups = ChannelGroups.of(NET);
        BitSet gone = new BitSet();
        gone.set(0, 5);
        Choice choice = Choice.none(groups).with(groups.groups().get(0), gone);
        Model masked = trained(NET, how, MaskTraining.fixed(five(NET), NET));
        Model cut = trained(Cut.apply(NET, choice), how, MaskTraining.fixed(Map.of(), NET));
        five(NET).forEach((name, mask) -> {
            float[] w = Desk.weights(masked, name);
            for (int i = 0; i < mask.length; i++) {
                assertThat(mask[i] == 0 && w[i] != 0)
                        .as("%s[%d] came back", name, i)
                        .isFalse();
            }
        });
        Cut.apply(masked, choice).graph().initializers().forEach((name, expected) -> {
            float[] a = expected.toFloats();
            float[] b = Desk.weights(cut, name);
            for (int i = 0; i < a.length; i++) {
                assertThat(b[i]).as(name).isEqualTo(a[i], within(2e-5f));
            }
        });
    }

    private static MaskTraining dynamic(Masking masking, double ratio) {
        Prune settings = Desk.settings("{granularity: weights, ratio: " + ratio + ", exclude: [fc2]}");
        WeightPlan plan = new WeightPlan(NET, settings, new SingleWeights(), Sensitivity.UNKNOWN);
        return new MaskTraining(
                masking,
                plan.maskable(true),
                (evidence, share) -> plan.masks(evidence, share, true),
                WeightEvidence.of(NET),
                "test");
    }

    @Test
    void splicing_chooses_below_and_above_its_goal_and_in_the_end_at_it() {
        List<Double> shares = new ArrayList<>();
        MaskTraining training = new MaskTraining(
                new Splice(3, 0.6, 0.1),
                Set.of(WEIGHT),
                (evidence, share) -> {
                    shares.add(share);
                    return five(NET);
                },
                WeightEvidence.of(NET),
                "test");
        trained(NET, training(new Sgd(), new NoAveraging(), 1), training);
        assertThat(shares.subList(0, 2)).containsExactly(0.9, 1.1);
        assertThat(shares.get(shares.size() - 1)).isEqualTo(1);
    }

    private static double zeros(Model model) {
        return 1 - Masks.kept(Desk.weights(model, WEIGHT));
    }

    @ParameterizedTest
    @MethodSource("trainings")
    void spliced_and_gradual_masks_end_at_the_ratio(Optimizer optimizer, Averaging averaging) {
        Training how = training(optimizer, averaging, 5);
        for (Masking masking : List.of(new Gradual(0, 3, 0.6), new Splice(3, 0.6, 0.1))) {
            Model m = trained(NET, how, dynamic(masking, 0.75));
            assertThat(zeros(m)).as("%s", masking).isEqualTo(0.75, within(0.5 / 108));
        }
    }

    /** The network with the weights of one unit small, so that they are masked first, though the data need them. */
    private static Model small() {
        float[] w = Desk.weights(NET, WEIGHT);
        for (int i = 0; i < w.length; i++) {
            w[i] *= i % 2 == 0 ? 1e-5f : 1;
        }
        var g = NET.graph();
        return NET.withGraph(g.plusInitializers(Map.of(
                WEIGHT,
                espalier.graph.Tensor.floats(g.initializers().get(WEIGHT).shape(), w))));
    }

    private static int returned(Masking masking) {
        Model start = small();
        Model end = trained(start, training(new Sgd(), new NoAveraging(), 12), dynamic(masking, 0.5));
        float[] w = Desk.weights(end, WEIGHT);
        int back = 0;
        for (int i = 0; i < w.length; i += 2) {
            back += w[i] != 0 ? 1 : 0;
        }
        return back;
    }

    @Test
    void what_was_pruned_returns_under_splicing_and_soft_masks_only() {
        assertThat(returned(new Gradual(0.999, 1, 0.9))).isZero();
        assertThat(returned(new Splice(1, 0.9, 0))).isPositive();
        assertThat(returned(new Soft())).isPositive();
    }

    @Test
    void the_share_rises_along_a_cubic_curve() {
        Gradual g = new Gradual(0.2, 10, 0.6);
        // 101 steps: the last choice is at step 60; half way there 1 - 0.8 * 0.5^3 of the ratio is reached
        assertThat(g.share(new When(0, 101, 10))).isEqualTo(0.2, within(1e-9));
        assertThat(g.share(new When(30, 101, 10))).isEqualTo(0.9, within(1e-9));
        assertThat(g.share(new When(60, 101, 10))).isEqualTo(1, within(1e-9));
        assertThat(g.renews(new When(30, 101, 10))).isTrue();
        assertThat(g.renews(new When(31, 101, 10))).isFalse();
        assertThat(g.renews(new When(70, 101, 10))).isFalse();
        assertThat(new Soft().renews(new When(20, 101, 10))).isTrue();
        assertThat(new Soft().renews(new When(21, 101, 10))).isFalse();
        assertThat(new Hard().renews(new When(0, 101, 10))).isTrue();
        assertThat(new Hard().renews(new When(1, 101, 10))).isFalse();
    }

    @Test
    void the_last_choice_of_a_splicing_is_exact() {
        Splice s = new Splice(10, 0.6, 0.1);
        assertThat(s.margin(new When(50, 101, 10))).isEqualTo(0.1);
        assertThat(s.margin(new When(60, 101, 10))).isZero();
    }
}
