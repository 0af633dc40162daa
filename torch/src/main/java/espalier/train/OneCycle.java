package espalier.train;

import espalier.config.Key;
import espalier.config.Method;

/**
 * Up from {@code start} to 1 during the first {@code rise} of the run, then down to {@code end}, both along half a cosine. Smith,
 * Topin: Super-Convergence, 2017, arXiv:1708.07120; the momentum stays as it is.
 */
@Method(
        key = "one-cycle",
        summary = "rises, then falls to almost nothing: short runs with a high learning rate",
        paper =
                "Smith, Topin: Super-Convergence: Very Fast Training Using Large Learning Rates, 2017, arXiv:1708.07120")
public record OneCycle(
        @Key("share of the run during which it rises") double rise,
        @Key("share of the learning rate at the start") double start,
        @Key("share of the learning rate at the end") double end)
        implements Schedule {
    public OneCycle() {
        this(0.3, 0.04, 4e-6);
    }

    public OneCycle {
        Checks.share("rise", rise);
        Checks.share("start", start);
        Checks.share("end", end);
    }

    @Override
    public double at(long step, long steps) {
        double last = Math.max(1, steps - 1);
        double top = Math.min(Math.max(0, rise * steps - 1), last);
        if (step < top) {
            return Schedule.anneal(start, 1, step / top);
        }
        return top >= last ? 1 : Schedule.anneal(1, end, Math.min(1, (step - top) / (last - top)));
    }
}
