package espalier.prune;

import espalier.config.Method;
import espalier.train.Parametrization.When;

/**
 * Soft pruning. He, Kang, Dong, Fu, Yang: Soft Filter Pruning for Accelerating Deep CNNs, IJCAI 2018, arXiv:1808.06866.
 *
 * <p>Before every epoch the filters that matter least are set to zero, and then train like the others, so that they may recover
 * (algorithm 1). What is least after the last epoch goes.
 */
@Method(
        key = "soft",
        summary = "set to zero before every epoch, then free to recover",
        paper = "He et al.: Soft Filter Pruning, 2018, arXiv:1808.06866")
public record Soft() implements Masking {
    @Override
    public Hold hold() {
        return Hold.FREE;
    }

    @Override
    public boolean renews(When when) {
        return when.step() % when.perEpoch() == 0;
    }
}
