package espalier.quantize;

import espalier.config.Method;

/**
 * The least squared error. Choukroun, Kravchik, Yang, Kisilev: Low-bit Quantization of Neural Networks for Efficient Inference, 2019,
 * arXiv:1902.06822.
 *
 * <p>min over t of E[(x - q_t(x))^2] (section 4.1), where q_t is the grid over the values between -t and t. The minimum is searched on
 * a line of t.
 */
@Method(
        key = "mse",
        summary = "least squared error between values and grid",
        paper =
                "Choukroun et al.: Low-bit Quantization of Neural Networks for Efficient Inference, 2019, arXiv:1902.06822")
public record Mse() implements Range {
    private static final int CANDIDATES = 100;

    @Override
    public Interval of(Histogram values, int steps) {
        Interval all = values.all().withZero();
        Interval best = all;
        double least = Double.POSITIVE_INFINITY;
        for (int k = CANDIDATES; k > 0 && all.largest() > 0; k--) {
            Interval tried = all.within(all.largest() * k / CANDIDATES);
            double error = error(values, Grid.unsigned(tried, steps));
            if (error < least) {
                least = error;
                best = tried;
            }
        }
        return best;
    }

    private static double error(Histogram values, Grid grid) {
        double sum = 0;
        for (int b = 0; b < values.bins(); b++) {
            if (values.in(b) > 0) {
                double x = values.middle(b);
                double d = x - grid.nearest(x);
                sum += values.in(b) * d * d;
            }
        }
        return sum;
    }
}
