package espalier.quantize;

import espalier.config.Key;
import espalier.config.Method;
import espalier.graph.BadInputException;
import espalier.train.Training;
import espalier.work.Against;
import java.util.Optional;

/**
 * Learned step sizes. Esser, McKinstry, Bablani, Appuswamy, Modha: Learned Step Size Quantization, 2020, arXiv:1902.08153.
 *
 * <p>As {@link Qat}, with a gradient for the step s of each grid (equation 3), scaled by g = 1 / sqrt(N Q_P) (section 2.2), where N is
 * the number of weights, or of features of a sample, and Q_P the largest whole number. Steps of weights begin at 2 E|w| / sqrt(Q_P),
 * one for each output channel, or where they reach the largest weight. The first and the last layer keep 8 bits.
 *
 * @param weightBits 2 to 8; the largest of 8 bits follows the target
 * @param activationBits 2 to 8
 * @param against what the network learns from
 * @param retrain how
 */
@Method(
        key = "lsq",
        summary = "train with weights and activations on grids whose steps are learned",
        paper = "Esser et al.: Learned Step Size Quantization, 2020, arXiv:1902.08153")
public record Lsq(
        @Key("bits of weights, 2 to 8") int weightBits,
        @Key("bits of activations, 2 to 8") int activationBits,
        @Key("what the network learns from") Against against,
        Training retrain)
        implements Awareness {
    public Lsq() {
        this(8, 8, Against.AUTO, new Training().withEpochs(2).withLearningRate(0.005));
    }

    public Lsq {
        requireBits("weight-bits", weightBits);
        requireBits("activation-bits", activationBits);
    }

    private static void requireBits(String key, int bits) {
        if (bits < 2 || bits > 8) {
            throw BadInputException.of("%s must be from 2 to 8, got %d", key, bits);
        }
    }

    @Override
    public Optional<Training> training() {
        return Optional.of(retrain);
    }

    @Override
    public boolean learnsSteps() {
        return true;
    }
}
