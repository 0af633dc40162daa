package espalier.prune;

import espalier.config.Key;
import espalier.graph.BadInputException;
import espalier.train.Training;
import espalier.work.Against;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Settings of the step {@code prune}.
 *
 * @param importance what a channel is worth
 * @param selection how the worth of channels becomes widths
 * @param ratio share of the channels to remove, above 0 and below 1; ignored when {@code macs} is given
 * @param macs share of the multiply-adds that may remain, above 0 and below 1
 * @param widths which widths are allowed
 * @param include patterns of the layers to prune ({@code *} stands for any text); empty means all
 * @param exclude patterns of the layers to leave alone
 * @param against what the network is brought back against afterwards
 * @param retrain how
 */
public record Prune(
        @Key("what a channel is worth") Importance importance,
        @Key("how worth becomes widths") Selection selection,
        @Key("share of the channels to remove, as 50%") double ratio,

        @Key("share of the multiply-adds that may remain, as 30%; instead of a ratio")
        OptionalDouble macs,

        Widths widths,

        @Key("only layers whose name matches, * for any text, several with commas")
        List<String> include,

        @Key("not the layers whose name matches") List<String> exclude,
        @Key("what the cut network is brought back against") Against against,
        Training retrain) {
    public Prune() {
        this(
                new L1(),
                new PerLayer(),
                0.5,
                OptionalDouble.empty(),
                new Widths(),
                List.of(),
                List.of(),
                Against.AUTO,
                new Training().withEpochs(3).withLearningRate(0.02));
    }

    public Prune {
        requireShare("ratio", ratio);
        macs.ifPresent(m -> requireShare("macs", m));
        include = List.copyOf(include);
        exclude = List.copyOf(exclude);
    }

    private static void requireShare(String key, double share) {
        if (!(share > 0 && share < 1)) {
            throw BadInputException.of("%s must be above 0 and below 1, got %s", key, share);
        }
    }
}
