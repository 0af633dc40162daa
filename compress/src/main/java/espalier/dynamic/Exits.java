package espalier.dynamic;

import espalier.config.Key;
import espalier.exit.Entropy;
import espalier.exit.ExitRule;
import espalier.graph.BadInputException;
import espalier.train.Training;
import espalier.work.Against;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Settings of the step {@code exits}.
 *
 * @param at values to which exits are attached, in any order; empty to have them proposed
 * @param count exits besides the last, where they are proposed: spread evenly by multiply-adds
 * @param head the classifier at each
 * @param trunk whether the network learns too
 * @param weights of the early exits' losses beside the last one's, which is 1, in the order of {@code at}, or of the graph where exits
 *     are proposed; empty for 1 each. BranchyNet, equation 2
 * @param scale share of an early exit's gradient that reaches the trunk, 0..1: it limits the harm to the last exit as in Li, Zhang,
 *     Qi, Yang, Huang: Improved Techniques for Training Adaptive Deep Networks, 2019, arXiv:1908.06294, section 3.1
 * @param distill share of the early exits' losses that comes from the last exit's answers instead of labels, 0..1. Phuong, Lampert:
 *     Distillation-Based Training for Multi-Exit Architectures, 2019, equation 5
 * @param temperature that softens those answers
 * @param against what the last exit learns from
 * @param rule when a sample leaves
 * @param drop accuracy that may be lost by leaving early, on the samples held back
 * @param budget share of the multiply-adds that a sample may need on average; instead of {@code drop}
 * @param calibration share of the training data that is held back to choose thresholds on
 * @param control whether the network without exits is trained on the same budget, to compare with
 * @param retrain how the exits are trained, and of the trunk where it learns
 */
public record Exits(
        @Key("values to attach exits to, several with commas; proposed where none are named")
        List<String> at,

        @Key("exits to propose besides the last") int count,
        @Key("the classifier at each") Head head,
        @Key("whether the network learns too") Trunk trunk,

        @Key("of the early exits' losses beside the last one's 1, several with commas; 1 each where none are given")
        List<Double> weights,

        @Key("share of an early exit's gradient that reaches the trunk")
        double scale,

        @Key("share of the early exits' losses that comes from the last exit instead of labels")
        double distill,

        @Key("softens the last exit's answers") double temperature,
        @Key("what the last exit learns from") Against against,
        @Key("when a sample leaves") ExitRule rule,

        @Key("accuracy that leaving early may cost, as 0.3%")
        double drop,

        @Key("mean share of the multiply-adds, as 50%; instead of drop")
        OptionalDouble budget,

        @Key("share of the training data held back to choose thresholds on")
        double calibration,

        @Key("also train the network without exits on the same budget")
        boolean control,

        Training retrain) {
    public Exits() {
        this(
                List.of(),
                2,
                new PoolHead(),
                Trunk.JOINT,
                List.of(),
                0.5,
                0.5,
                3,
                Against.AUTO,
                new Entropy(),
                0,
                OptionalDouble.empty(),
                0.08,
                false,
                new Training().withEpochs(5).withLearningRate(0.02));
    }

    public Exits {
        at = List.copyOf(at);
        weights = List.copyOf(weights);
        if (count < 1) {
            throw BadInputException.of("count must be at least 1, got %d", count);
        }
        if (!at.isEmpty() && !weights.isEmpty() && weights.size() != at.size()) {
            throw BadInputException.of("weights are %d for %d exits: give one for each", weights.size(), at.size());
        }
        if (weights.stream().anyMatch(w -> !(w > 0))) {
            throw BadInputException.of("weights must be above 0, got %s", weights);
        }
        requireShare("scale", scale);
        requireShare("distill", distill);
        requireShare("drop", drop);
        if (!(temperature > 0)) {
            throw BadInputException.of("temperature must be above 0, got %s", temperature);
        }
        budget.ifPresent(b -> {
            if (!(b > 0 && b <= 1)) {
                throw BadInputException.of("budget must be above 0 and at most 1, got %s", b);
            }
        });
        if (!(calibration > 0 && calibration < 1)) {
            throw BadInputException.of("calibration must be above 0 and below 1, got %s", calibration);
        }
    }

    private static void requireShare(String key, double share) {
        if (!(share >= 0 && share <= 1)) {
            throw BadInputException.of("%s must lie between 0 and 1, got %s", key, share);
        }
    }
}
