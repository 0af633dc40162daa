package espalier.train;

import espalier.config.Key;
import espalier.config.Method;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Stochastic gradient descent with momentum. Sutskever, Martens, Dahl, Hinton: On the importance of initialization and momentum in
 * deep learning, ICML 2013.
 *
 * <p>g = gradient + weightDecay p; v = momentum v + g; p = p - rate v, or with Nesterov's momentum p = p - rate (g + momentum v).
 */
@Method(
        key = "sgd",
        summary = "stochastic gradient descent with momentum",
        paper =
                "Sutskever, Martens, Dahl, Hinton: On the importance of initialization and momentum in deep learning, 2013")
public record Sgd(
        @Key("highest learning rate") double learningRate,
        @Key("share of the last step that is kept") double momentum,
        @Key("look ahead along the momentum") boolean nesterov,
        @Key("pull of the weights towards 0") double weightDecay)
        implements Optimizer {
    private static final String VELOCITY = "velocity";

    public Sgd() {
        this(0.1, 0.9, true, 1e-4);
    }

    public Sgd {
        Checks.positive("learning-rate", learningRate);
        Checks.shareBelowOne("momentum", momentum);
        Checks.notNegative("weight-decay", weightDecay);
    }

    @Override
    public Sgd withLearningRate(double rate) {
        return new Sgd(rate, momentum, nesterov, weightDecay);
    }

    @Override
    public void update(Tensor parameter, Tensor gradient, Slots slots, double rate, long step) {
        double decay = Optimizer.decayOf(parameter, weightDecay);
        if (decay > 0) {
            gradient.add_(parameter, new Scalar(decay));
        }
        Tensor direction = gradient;
        if (momentum > 0) {
            Tensor velocity = slots.of(VELOCITY);
            velocity.mul_(new Scalar(momentum)).add_(gradient);
            direction = nesterov ? gradient.add_(velocity, new Scalar(momentum)) : velocity;
        }
        parameter.add_(direction, new Scalar(-rate));
    }
}
