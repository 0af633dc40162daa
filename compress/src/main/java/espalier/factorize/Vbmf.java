package espalier.factorize;

import espalier.config.Method;
import java.util.Arrays;
import java.util.List;

/**
 * Variational Bayes. Nakajima, Sugiyama, Babacan, Tomioka: Global Analytic Solution of Fully-observed Variational Bayesian Matrix
 * Factorization, JMLR 14, 2013, theorem 2 and section 5; for networks Kim et al., 2015, arXiv:1511.06530, section 3.2.
 *
 * <p>A matrix L x M, L &lt;= M, is taken for one of low rank and noise of variance s2. What exceeds the noise is a singular value g with
 * g^2 &gt; M s2 x, x = (1 + t) (1 + a / t), a = L / M, t = 2.5129 sqrt(a). The noise is what makes the free energy least (equation 32).
 */
@Method(
        key = "vbmf",
        summary = "as many singular values as exceed the noise that variational Bayes finds",
        paper =
                "Nakajima et al.: Global Analytic Solution of Fully-observed Variational Bayesian Matrix Factorization, 2013")
public record Vbmf() implements Ranks {
    private static final double TAU = 2.5129;
    private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;
    private static final int STEPS = 100;

    @Override
    public List<Split> chosen(Trial trial) {
        return trial.each(target -> trial.ranks(target, Vbmf::rank));
    }

    /** At least 1: a layer needs a way through. */
    static int rank(Spectrum spectrum) {
        double shortSide = Math.min(spectrum.rows(), spectrum.columns());
        double longSide = Math.max(spectrum.rows(), spectrum.columns());
        double threshold = longSide * noise(spectrum.values(), shortSide, longSide) * bound(shortSide / longSide);
        long above =
                Arrays.stream(spectrum.values()).filter(g -> g * g > threshold).count();
        return (int) Math.max(1, above);
    }

    /** x, below which a squared singular value over M s2 is noise. */
    static double bound(double a) {
        double t = TAU * Math.sqrt(a);
        return (1 + t) * (1 + a / t);
    }

    /** s2 by golden section between the bounds of section 5. */
    static double noise(double[] values, double l, double m) {
        double a = l / m;
        double x = bound(a);
        int first = (int) Math.min(Math.ceil(l / (1 + a)) - 1, values.length);
        double rest = 0;
        for (int i = Math.max(0, first); i < values.length; i++) {
            rest += values[i] * values[i] / (values.length - first);
        }
        double at = first >= 0 && first < values.length ? values[first] * values[first] / (m * x) : 0;
        double all = Arrays.stream(values).map(g -> g * g).sum() / (l * m);
        double low = Math.max(Math.max(at, rest / m), all * 1e-12);
        double high = Math.max(all, low);
        for (int i = 0; i < STEPS; i++) {
            double one = high - GOLDEN * (high - low);
            double other = low + GOLDEN * (high - low);
            if (energy(one, values, l, m) <= energy(other, values, l, m)) {
                high = other;
            } else {
                low = one;
            }
        }
        return (low + high) / 2;
    }

    /** The free energy that depends on s2. */
    private static double energy(double s2, double[] values, double l, double m) {
        double a = l / m;
        double x = bound(a);
        double sum = (l - values.length) * Math.log(s2);
        for (double g : values) {
            double z = Math.max(g * g / (m * s2), Double.MIN_NORMAL);
            if (z <= x) {
                sum += z - Math.log(z);
            } else {
                double t = (z - (1 + a) + Math.sqrt((z - (1 + a)) * (z - (1 + a)) - 4 * a)) / 2;
                sum += z - t + Math.log((t + 1) / z) + a * Math.log(t / a + 1);
            }
        }
        return sum;
    }
}
