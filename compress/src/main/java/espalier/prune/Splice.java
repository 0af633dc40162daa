package espalier.prune;

import espalier.config.Key;
import espalier.config.Method;
import espalier.graph.BadInputException;
import espalier.train.Parametrization.When;

/**
 * Pruning and splicing. Guo, Yao, Chen: Dynamic Network Surgery for Efficient DNNs, NIPS 2016, arXiv:1608.04493.
 *
 * <p>The loss sees W * T, but its gradient moves all of W (equation 3), so that what was pruned by mistake grows again. T becomes 0
 * below a threshold a, 1 above b, and stays as it was in between (equation 4). Here a and b are ranks a margin below and above the
 * wanted ratio (b at most halfway to all), or a threshold times 1 less and 1 plus the margin; and T changes at regular steps instead of with a falling probability.
 *
 * @param every steps between two choices
 * @param until share of the run after which masks stay as they are
 * @param margin half the distance between a and b as a share of the ratio
 */
@Method(
        key = "splice",
        summary = "what is masked goes on learning and may return",
        paper = "Guo, Yao, Chen: Dynamic Network Surgery for Efficient DNNs, 2016, arXiv:1608.04493")
public record Splice(
        @Key("steps between two choices of masks") int every,

        @Key("share of the run after which masks stay as they are")
        double until,

        @Key("half the band around the threshold in which nothing changes, as a share of the ratio")
        double margin)
        implements Masking {
    public Splice() {
        this(20, 0.6, 0.05);
    }

    public Splice {
        Renewal.check(every, until);
        if (!(margin >= 0 && margin < 1)) {
            throw BadInputException.of("margin must be at least 0 and below 1, got %s", margin);
        }
    }

    @Override
    public Hold hold() {
        return Hold.LEARNING;
    }

    @Override
    public boolean renews(When when) {
        return Renewal.due(when, every, until);
    }

    /** The last choice is exact. */
    @Override
    public double margin(When when) {
        return when.step() < Renewal.last(when, every, until) ? margin : 0;
    }
}
