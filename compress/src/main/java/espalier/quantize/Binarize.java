package espalier.quantize;

import espalier.config.Key;
import espalier.train.AdamW;
import espalier.train.Training;
import espalier.work.Against;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Settings of the step {@code binarize}.
 *
 * @param method what weights become
 * @param ends whether the first and the last layer are binarized too
 * @param include patterns of layers; empty means all
 * @param exclude patterns of layers to leave alone
 * @param against what the network is brought back against
 * @param retrain how; the real weights behind the seen ones learn
 */
public record Binarize(
        @Key("what weights become") Binarization method,
        @Key("the first and the last layer too") boolean ends,

        @Key("only layers whose name matches, * for any text, several with commas")
        List<String> include,

        @Key("not the layers whose name matches") List<String> exclude,

        @Key("what the network is brought back against") Against against,
        Training retrain) {
    public Binarize() {
        this(new Bwn(), false, List.of(), List.of(), Against.AUTO, training());
    }

    public Binarize {
        include = List.copyOf(include);
        exclude = List.copyOf(exclude);
    }

    /** Weights that take steps of one size flip when they are ready; decay would pull them to where signs are lost. */
    private static Training training() {
        Training t = new Training();
        return new Training(
                10,
                t.steps(),
                t.batch(),
                new AdamW(1e-3, 0.9, 0.999, 1e-8, 0),
                OptionalDouble.empty(),
                t.schedule(),
                t.warmUp(),
                t.labelSmoothing(),
                t.averaging(),
                t.clip(),
                t.patience(),
                t.validation(),
                t.augmentation(),
                t.precision(),
                t.seed());
    }
}
