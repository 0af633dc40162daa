package espalier.train;

import espalier.config.Key;
import espalier.config.Method;

/**
 * Exponential moving average of weights and running statistics: a = d a + (1 - d) w. Polyak, Juditsky: Acceleration of Stochastic
 * Approximation by Averaging, 1992. At first d is smaller, (1 + n) / (10 + n) at step n, so that the first weights are soon forgotten.
 */
@Method(
        key = "ema",
        summary = "exponential moving average of the weights",
        paper = "Polyak, Juditsky: Acceleration of Stochastic Approximation by Averaging, 1992")
public record Ema(
        @Key("d: share of the average that is kept") double decay) implements Averaging {
    public Ema() {
        this(0.999);
    }

    public Ema {
        Checks.shareBelowOne("decay", decay);
    }

    @Override
    public boolean takes(long step, long steps, long stepsPerEpoch) {
        return true;
    }

    @Override
    public double share(long taken) {
        return taken == 0 ? 1 : 1 - Math.min(decay, (1.0 + taken) / (10.0 + taken));
    }

    @Override
    public boolean recalibrates() {
        return false;
    }
}
