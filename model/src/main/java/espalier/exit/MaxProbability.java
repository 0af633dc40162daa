package espalier.exit;

import espalier.config.Method;
import java.util.List;

/**
 * Leaves where the largest class probability is at least the threshold. Huang, Chen, Li, Wu, van der Maaten, Weinberger: Multi-Scale
 * Dense Networks for Resource Efficient Image Classification, 2018, arXiv:1703.09844, section 4.
 */
@Method(
        key = "max-probability",
        summary = "leave where the largest class probability is high",
        paper = "Huang et al.: Multi-Scale Dense Networks, 2018, arXiv:1703.09844")
public record MaxProbability() implements ExitRule {
    @Override
    public double measure(List<float[]> passed) {
        double most = 0;
        for (float p : passed.get(passed.size() - 1)) {
            most = Math.max(most, p);
        }
        return most;
    }
}
