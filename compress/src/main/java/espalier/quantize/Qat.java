package espalier.quantize;

import espalier.config.Key;
import espalier.config.Method;
import espalier.train.Training;
import espalier.work.Against;
import java.util.Optional;

/**
 * Quantization-aware training. Jacob et al.: Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only
 * Inference, 2018, arXiv:1712.05877, section 3.
 *
 * <p>Forward with weights and activations on their grids, backward as if rounding were not there; batch normalization is folded
 * before. Grids of activations are those of the calibration, those of weights follow the weights.
 *
 * @param against what the network learns from
 * @param retrain how
 */
@Method(
        key = "qat",
        summary = "train with weights and activations on their grids",
        paper =
                "Jacob et al.: Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference, 2018,"
                        + " arXiv:1712.05877")
public record Qat(@Key("what the network learns from") Against against, Training retrain) implements Awareness {
    public Qat() {
        this(Against.AUTO, new Training().withEpochs(2).withLearningRate(0.005));
    }

    @Override
    public Optional<Training> training() {
        return Optional.of(retrain);
    }
}
