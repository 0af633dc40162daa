package espalier.prune;

import espalier.config.Key;
import espalier.config.Method;
import espalier.graph.BadInputException;
import espalier.train.Parametrization.When;

/**
 * Gradual pruning while training goes on. Zhu, Gupta: To prune, or not to prune, 2017, arXiv:1710.01878.
 *
 * <p>s_t = s_f + (s_i - s_f) (1 - t / (n dt))^3 (equation 1): the share that is masked rises fast at first, while there is much to
 * take, and slowly at the end.
 *
 * @param start s_i as a share of the final ratio s_f
 * @param every dt: steps between two choices
 * @param until n dt as a share of the run, after which masks stay as they are
 */
@Method(
        key = "gradual",
        summary = "the share that is masked rises along a cubic curve during retraining",
        paper = "Zhu, Gupta: To prune, or not to prune, 2017, arXiv:1710.01878")
public record Gradual(
        @Key("share of the final ratio to begin with") double start,
        @Key("steps between two choices of masks") int every,

        @Key("share of the run after which masks stay as they are")
        double until)
        implements Masking {
    public Gradual() {
        this(0, 50, 0.6);
    }

    public Gradual {
        if (!(start >= 0 && start < 1)) {
            throw BadInputException.of("start must be at least 0 and below 1, got %s", start);
        }
        Renewal.check(every, until);
    }

    @Override
    public Hold hold() {
        return Hold.FROZEN;
    }

    @Override
    public boolean renews(When when) {
        return Renewal.due(when, every, until);
    }

    @Override
    public double share(When when) {
        double left = 1 - Math.min(1, when.step() / (double) Renewal.last(when, every, until));
        return 1 - (1 - start) * left * left * left;
    }
}
