package espalier.train;

import espalier.config.Key;
import espalier.config.Method;

/**
 * Mean of the weights at the ends of the last epochs. Izmailov, Podoprikhin, Garipov, Vetrov, Wilson: Averaging Weights Leads to
 * Wider Optima and Better Generalization, 2018, arXiv:1803.05407, algorithm 1.
 */
@Method(
        key = "swa",
        summary = "mean of the weights at the ends of the last epochs",
        paper =
                "Izmailov et al.: Averaging Weights Leads to Wider Optima and Better Generalization, 2018, arXiv:1803.05407")
public record Swa(
        @Key("share of the run after which averaging begins")
        double from) implements Averaging {
    public Swa() {
        this(0.75);
    }

    public Swa {
        Checks.shareBelowOne("from", from);
    }

    @Override
    public boolean takes(long step, long steps, long stepsPerEpoch) {
        long done = step + 1;
        return done == steps || (done % stepsPerEpoch == 0 && done >= from * steps);
    }

    @Override
    public double share(long taken) {
        return 1.0 / (taken + 1);
    }

    @Override
    public boolean recalibrates() {
        return true;
    }
}
