package espalier.factorize;

import espalier.calibrate.LeastSquares;
import espalier.calibrate.Recovery;
import espalier.config.Key;
import espalier.graph.BadInputException;
import espalier.train.Training;
import espalier.work.Against;
import java.util.List;

/**
 * Settings of the step {@code factorize}.
 *
 * @param method how kernels are split
 * @param rank how ranks are chosen; {@link Separable} has its own
 * @param between what stands between the layers of a chain
 * @param weighted whether kernels are split for the inputs that data show, not for all alike
 * @param include patterns of the layers to split ({@code *} stands for any text); empty means all that can be
 * @param exclude patterns of the layers to leave alone
 * @param recover what is mended afterwards without training, in order
 * @param layerwise epochs in which the outputs of the split layers are drawn to the original's, before the network is trained as a whole
 * @param against what the network is brought back against afterwards
 * @param retrain how
 * @param control runs of the same shape from fresh weights, on the same budget, that the result is compared with
 */
public record Factorize(
        @Key("how kernels are split") Decomposition method,
        @Key("how ranks are chosen") Ranks rank,
        @Key("what stands between the layers of a chain") Between between,

        @Key("split for the inputs that data show, not for all alike")
        boolean weighted,

        @Key("only layers whose name matches, * for any text, several with commas")
        List<String> include,

        @Key("not the layers whose name matches") List<String> exclude,

        @Key("mend without training, several with commas") List<Recovery> recover,

        @Key("epochs in which each layer's outputs are drawn to the original's first, 0 for none")
        int layerwise,

        @Key("what the network is brought back against") Against against,

        Training retrain,

        @Key("also train the same shape from fresh weights, so many times")
        int control) {
    public Factorize() {
        this(
                new Svd(),
                new Budget(),
                Between.NOTHING,
                true,
                List.of(),
                List.of(),
                List.of(new LeastSquares()),
                0,
                Against.AUTO,
                new Training().withEpochs(3).withLearningRate(0.02),
                0);
    }

    public Factorize {
        if (layerwise < 0) {
            throw BadInputException.of("layerwise must not be negative, got %d", layerwise);
        }
        if (control < 0) {
            throw BadInputException.of("control must not be negative, got %d", control);
        }
        include = List.copyOf(include);
        exclude = List.copyOf(exclude);
        recover = List.copyOf(recover);
    }
}
