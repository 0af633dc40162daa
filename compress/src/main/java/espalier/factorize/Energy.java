package espalier.factorize;

import espalier.config.Key;
import espalier.config.Method;
import espalier.graph.BadInputException;
import java.util.List;

/**
 * The lowest rank that keeps a share of the energy: sum of the first K squared singular values over the sum of all. Zhang, Zou, He, Sun,
 * 2015, arXiv:1505.06798, section 3.3.
 *
 * @param kept the share, above 0 and at most 1
 */
@Method(
        key = "energy",
        summary = "the lowest rank that keeps a share of the squared singular values",
        paper =
                "Zhang, Zou, He, Sun: Accelerating Very Deep Convolutional Networks for Classification and Detection, 2015,"
                        + " arXiv:1505.06798")
public record Energy(
        @Key("share of the squared singular values") double kept) implements Ranks {
    public Energy() {
        this(0.8);
    }

    public Energy {
        if (!(kept > 0 && kept <= 1)) {
            throw BadInputException.of("kept must be above 0 and at most 1, got %s", kept);
        }
    }

    @Override
    public List<Split> chosen(Trial trial) {
        return trial.each(target -> trial.ranks(target, this::rank));
    }

    int rank(Spectrum spectrum) {
        double[] s = spectrum.values();
        double all = 0;
        for (double v : s) {
            all += v * v;
        }
        double sum = 0;
        for (int k = 0; k < s.length; k++) {
            sum += s[k] * s[k];
            if (sum >= kept * all * (1 - 1e-12)) {
                return k + 1;
            }
        }
        return s.length;
    }
}
