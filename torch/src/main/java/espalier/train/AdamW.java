package espalier.train;

import espalier.config.Key;
import espalier.config.Method;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Adam with weight decay apart from the gradient. Loshchilov, Hutter: Decoupled Weight Decay Regularization, 2017, arXiv:1711.05101,
 * algorithm 2.
 *
 * <p>m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2; p = p (1 - rate weightDecay) - rate m' / (sqrt(v') + epsilon), where
 * m' = m / (1 - beta1^t) and v' = v / (1 - beta2^t).
 */
@Method(
        key = "adamw",
        summary = "Adam with decoupled weight decay",
        paper = "Loshchilov, Hutter: Decoupled Weight Decay Regularization, 2017, arXiv:1711.05101")
public record AdamW(
        @Key("highest learning rate") double learningRate,
        @Key("decay of the mean of gradients") double beta1,
        @Key("decay of the mean of their squares") double beta2,
        @Key("added to the divisor") double epsilon,
        @Key("pull of the weights towards 0") double weightDecay)
        implements Optimizer {
    private static final String MEAN = "mean";
    private static final String SQUARES = "squares";

    public AdamW() {
        this(1e-3, 0.9, 0.999, 1e-8, 1e-2);
    }

    public AdamW {
        Checks.positive("learning-rate", learningRate);
        Checks.shareBelowOne("beta1", beta1);
        Checks.shareBelowOne("beta2", beta2);
        Checks.positive("epsilon", epsilon);
        Checks.notNegative("weight-decay", weightDecay);
    }

    @Override
    public AdamW withLearningRate(double rate) {
        return new AdamW(rate, beta1, beta2, epsilon, weightDecay);
    }

    @Override
    public void update(Tensor parameter, Tensor gradient, Slots slots, double rate, long step) {
        Tensor mean = slots.of(MEAN);
        Tensor squares = slots.of(SQUARES);
        mean.lerp_(gradient, new Scalar(1 - beta1));
        squares.mul_(new Scalar(beta2)).addcmul_(gradient, gradient, new Scalar(1 - beta2));
        double decay = Optimizer.decayOf(parameter, weightDecay);
        if (decay > 0) {
            parameter.mul_(new Scalar(1 - rate * decay));
        }
        double spread = Math.sqrt(1 - Math.pow(beta2, step));
        Tensor divisor = squares.sqrt().div_(new Scalar(spread)).add_(new Scalar(epsilon));
        parameter.addcdiv_(mean, divisor, new Scalar(-rate / (1 - Math.pow(beta1, step))));
    }
}
