package espalier.train;

import espalier.config.Key;
import espalier.config.Method;

/** Half a cosine from 1 down to {@code floor}. Loshchilov, Hutter: SGDR, 2016, arXiv:1608.03983, equation 5, without restarts. */
@Method(
        key = "cosine",
        summary = "falls along half a cosine",
        paper = "Loshchilov, Hutter: SGDR: Stochastic Gradient Descent with Warm Restarts, 2016, arXiv:1608.03983")
public record Cosine(
        @Key("share of the learning rate at the end") double floor) implements Schedule {
    public Cosine() {
        this(0);
    }

    public Cosine {
        Checks.share("floor", floor);
    }

    @Override
    public double at(long step, long steps) {
        return Schedule.anneal(1, floor, (double) step / steps);
    }
}
