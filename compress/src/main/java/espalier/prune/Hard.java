package espalier.prune;

import espalier.config.Method;
import espalier.train.Parametrization.When;

/** Masks are chosen before training, and what is masked is gone: channels are cut out at once. */
@Method(key = "hard", summary = "chosen before retraining; what is gone stays gone")
public record Hard() implements Masking {
    @Override
    public Hold hold() {
        return Hold.FROZEN;
    }

    @Override
    public boolean renews(When when) {
        return when.step() == 0;
    }

    @Override
    public boolean dynamic() {
        return false;
    }
}
