package espalier.exit;

import espalier.config.Method;
import java.util.List;

/**
 * Leaves where the entropy of the classes is at most the threshold T. Teerapittayanon, McDanel, Kung: BranchyNet, 2016,
 * arXiv:1709.01686, section III: H(y) = - sum_c y_c log y_c, in nats. What is not a number is never sure.
 */
@Method(
        key = "entropy",
        summary = "leave where the entropy of the class probabilities is low",
        paper = "Teerapittayanon, McDanel, Kung: BranchyNet, 2016, arXiv:1709.01686")
public record Entropy() implements ExitRule {
    @Override
    public double measure(List<float[]> passed) {
        double h = 0;
        for (float p : passed.get(passed.size() - 1)) {
            h -= p == 0 ? 0 : p * Math.log(p);
        }
        return Math.max(0, h);
    }

    @Override
    public boolean isLowSure() {
        return true;
    }
}
