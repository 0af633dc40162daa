package espalier.train;

import espalier.config.Method;

/** The last weights. */
@Method(key = "none", summary = "the weights of the last step")
public record NoAveraging() implements Averaging {
    @Override
    public boolean takes(long step, long steps, long stepsPerEpoch) {
        return false;
    }

    @Override
    public double share(long taken) {
        return 1;
    }

    @Override
    public boolean recalibrates() {
        return false;
    }
}
