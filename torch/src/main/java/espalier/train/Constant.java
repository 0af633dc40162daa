package espalier.train;

import espalier.config.Method;

/** Always the same learning rate. */
@Method(key = "constant", summary = "always the same learning rate")
public record Constant() implements Schedule {
    @Override
    public double at(long step, long steps) {
        return 1;
    }
}
