package espalier.prune;

import espalier.calibrate.Recovery;
import espalier.config.Family;
import espalier.config.Key;
import espalier.graph.BadInputException;
import espalier.train.Training;
import espalier.work.Against;
import espalier.work.ReadsFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Settings of the step {@code prune}.
 *
 * @param importance what a channel or weight is worth
 * @param selection how the worth of channels becomes widths
 * @param granularity what goes as one
 * @param masking when masks are chosen, and whether what is masked may return
 * @param ratio share of the channels or weights to remove, above 0 and below 1; ignored when {@code macs} is given
 * @param macs share of the multiply-adds that may remain, above 0 and below 1
 * @param rounds the ratio is reached in so many rounds of pruning and retraining
 * @param widths which widths are allowed
 * @param include patterns of the layers to prune ({@code *} stands for any text); empty means all
 * @param exclude patterns of the layers to leave alone
 * @param recover what is mended after a cut without training, in order
 * @param rewind from where retraining starts
 * @param against what the network is brought back against afterwards
 * @param retrain how, in every round
 * @param control runs of each kind that the result is compared with: the pruned shape trained from fresh weights and from its
 *     initial ones, on the same budget; 0 makes none. Liu, Sun, Zhou, Huang, Darrell: Rethinking the Value of Network Pruning, 2019,
 *     arXiv:1810.05270
 * @param controlEpochs budget of each such run; empty for all the epochs that the pruned network has seen, as far as they are known
 */
public record Prune(
        @Key("what a channel or weight is worth") Importance importance,
        @Key("how worth becomes widths") Selection selection,
        @Key("what goes as one") Granularity granularity,

        @Key("when masks are chosen, and whether what is masked may return")
        Masking masking,

        @Key("share of the channels or weights to remove, as 50%")
        double ratio,

        @Key("share of the multiply-adds that may remain, as 30%; instead of a ratio")
        OptionalDouble macs,

        @Key("reach the ratio in so many rounds of pruning and retraining")
        int rounds,

        Widths widths,

        @Key("only layers whose name matches, * for any text, several with commas")
        List<String> include,

        @Key("not the layers whose name matches") List<String> exclude,

        @Key("mend without training after a cut, several with commas")
        List<Recovery> recover,

        @Key("from where retraining starts") Rewind rewind,

        @Key("what the pruned network is brought back against")
        Against against,

        Training retrain,

        @Key("also train the pruned shape from fresh and from its initial weights, so many times each")
        int control,

        @Key("epochs of each such run, instead of all that the pruned network has seen")
        OptionalInt controlEpochs)
        implements ReadsFiles {
    public Prune() {
        this(
                new L1(),
                new PerLayer(),
                new Channels(),
                new Hard(),
                0.5,
                OptionalDouble.empty(),
                1,
                new Widths(),
                List.of(),
                List.of(),
                List.of(),
                Rewind.NONE,
                Against.AUTO,
                new Training().withEpochs(3).withLearningRate(0.02),
                0,
                OptionalInt.empty());
    }

    /** What judges and chooses the layers, with defaults for all else. */
    static Prune of(Importance importance, Granularity granularity, List<String> include, List<String> exclude) {
        Prune d = new Prune();
        return new Prune(
                importance,
                d.selection,
                granularity,
                d.masking,
                d.ratio,
                d.macs,
                d.rounds,
                d.widths,
                include,
                exclude,
                d.recover,
                d.rewind,
                d.against,
                d.retrain,
                d.control,
                d.controlEpochs);
    }

    public Prune {
        requireShare("ratio", ratio);
        macs.ifPresent(m -> requireShare("macs", m));
        if (rounds < 1) {
            throw BadInputException.of("rounds must be at least 1, got %d", rounds);
        }
        if (control < 0) {
            throw BadInputException.of("control must not be negative, got %d", control);
        }
        controlEpochs.ifPresent(e -> {
            if (e < 1) {
                throw BadInputException.of("control-epochs must be at least 1, got %d", e);
            }
        });
        if (macs.isPresent() && !selection.followsRatio()) {
            throw BadInputException.of(
                    "macs cannot be a goal of selection %s, which has a measure of its own: leave one of them out",
                    Family.keyOf(selection));
        }
        if (masking.dynamic()) {
            requireDynamic(importance, masking, rounds);
            requirePatience(masking, retrain);
        }
        include = List.copyOf(include);
        exclude = List.copyOf(exclude);
        recover = List.copyOf(recover);
    }

    private static void requireShare(String key, double share) {
        if (!(share > 0 && share < 1)) {
            throw BadInputException.of("%s must be above 0 and below 1, got %s", key, share);
        }
    }

    private static void requireDynamic(Importance importance, Masking masking, int rounds) {
        if (importance.readsData()) {
            throw BadInputException.of(
                    "importance %s looks at data, but masking %s chooses during training by weights alone: take l1, l2 or fpgm",
                    Family.keyOf(importance), Family.keyOf(masking));
        }
        if (rounds > 1) {
            throw BadInputException.of(
                    "rounds of %d and masking %s cannot go together: it spreads one round over the training",
                    rounds, Family.keyOf(masking));
        }
    }

    private static void requirePatience(Masking masking, Training retrain) {
        if (masking.needsWholeRun() && retrain.patience() > 0) {
            throw BadInputException.of(
                    "patience of %d and masking %s cannot go together: training could end before the last masks are chosen; leave patience out",
                    retrain.patience(), Family.keyOf(masking));
        }
    }

    @Override
    public List<String> files() {
        return List.of();
    }

    @Override
    public List<String> others() {
        return selection.sensitivity().filter(f -> !f.isEmpty()).stream().toList();
    }

    @Override
    public void readOthers(Path base) throws IOException {
        for (String file : others()) {
            Sensitivity.read(base.resolve(file));
        }
    }

    Goal goal() {
        return new Goal(ratio, macs);
    }
}
